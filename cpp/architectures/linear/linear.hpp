// The Linear architecture: impulse responses (format 15.2).
#pragma once

#include "base/model.hpp"
#include "base/weight_reader.hpp"
#include "layers/long_response/partitioned_convolution.hpp"
#include "nam_core/description.hpp"

namespace nam_core::detail::linear {

using base::Block;
using base::ConstRows;
using base::Rows;

struct LinearPlan {
  const LinearConfig* config;
  bool shares_response;  // every channel by itself, all alike: a depthwise convolution
  layers::PartitionedPlan conv;
};

// The plan refers to `config`, which must outlive it. Allocates.
LinearPlan plan_linear(const LinearConfig& config, base::VectorUnit unit);

template <class T>
class Linear final : public base::Model<T> {
 public:
  // What it runs, and the bytes that it takes.
  static void add_steps(const LinearPlan& plan, base::Plan& to);

  // Reads all of `weights`: the responses, each with its newest tap first, then the biases. As many outputs
  // as inputs share one response and one bias, each channel by itself; one input has a response and a bias
  // for each output; one output has a response for each input, and one bias. Throws WeightError. Allocates.
  Linear(const base::Reach& reach, const LinearPlan& plan, base::WeightReader weights);

  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept override;
  void reset(const kernels::KernelTable<T>& kernels) noexcept override;
  int in_channels() const noexcept override { return config_.in_channels; }
  int out_channels() const noexcept override { return config_.out_channels; }
  std::unique_ptr<base::Model<T>> clone() const override { return std::make_unique<Linear>(*this); }

 private:
  LinearConfig config_;
  layers::PartitionedConvolution<T> conv_;
  base::PlanarBuffer<T> silence_, unheard_;
};

}  // namespace nam_core::detail::linear
