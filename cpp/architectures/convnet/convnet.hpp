// The ConvNet architecture (format 9.2).
#pragma once

#include <optional>

#include "base/model.hpp"
#include "base/weight_reader.hpp"
#include "layers/activation.hpp"
#include "layers/conv1x1.hpp"
#include "layers/dilated_conv.hpp"

namespace nam_core::detail::convnet {

using base::Block;
using base::ConstRows;
using base::Rows;

struct ConvNetPlan {
  const ConvNetConfig* config;
  std::vector<layers::ConvPlan> blocks;
  layers::ConvPlan head;

  int receptive_field() const noexcept;
};

// The plan refers to `config`, which must outlive it. Allocates.
ConvNetPlan plan_convnet(const ConvNetConfig& config, base::VectorUnit unit);

template <class T>
class ConvNet final : public base::Model<T> {
 public:
  // What it runs, and the bytes that it takes.
  static void add_steps(const ConvNetPlan& plan, base::Plan& to);

  // Reads all of `weights`; batch norm is folded into the convolutions in double precision. Throws
  // WeightError. Allocates.
  ConvNet(const base::Reach& reach, const ConvNetPlan& plan, base::WeightReader weights);

  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept override;
  void reset(const kernels::KernelTable<T>& kernels) noexcept override;
  int in_channels() const noexcept override { return in_channels_; }
  int out_channels() const noexcept override { return out_channels_; }
  std::unique_ptr<base::Model<T>> clone() const override { return std::make_unique<ConvNet>(*this); }

 private:
  int in_channels_, out_channels_;
  layers::Activation<T> activation_;
  std::vector<layers::DilatedConv<T>> blocks_;
  std::optional<layers::Conv1x1<T>> head_;  // set when its weights have been read
  base::PlanarBuffer<T> conv_, activated_;
  base::PlanarBuffer<T> silence_, unheard_;
};

}  // namespace nam_core::detail::convnet
