// The Sequential architecture: models one after the other (format 15.1).
#pragma once

#include <vector>

#include "base/model.hpp"
#include "base/plan.hpp"
#include "nam_core/description.hpp"

namespace nam_core::detail::sequential {

using base::Block;
using base::ConstRows;
using base::Rows;

// What a chain has to know of one of its models.
struct Stage {
  int in_channels, out_channels;
  base::Reach reach;
  bool settles;
  // Frames that it hears nothing meaningful for: the sum of receptive_field - 1 over those before it.
  int start = 0;
};

struct SequentialPlan {
  const SequentialConfig* config;
  std::vector<Stage> stages;
  int between_rows;   // of the signals between models
  base::Reach reach;  // of the chain
  bool settles;       // whether all its models do
};

// The plan refers to `config`, which must outlive it. Allocates.
SequentialPlan plan_sequential(const SequentialConfig& config, std::vector<Stage> stages);

template <class T>
class Sequential final : public base::Model<T> {
 public:
  // The bytes that it takes besides its models.
  static void add_scratch(const SequentialPlan& plan, base::Plan& to);

  // Allocates.
  Sequential(const SequentialPlan& plan, std::vector<std::unique_ptr<base::Model<T>>> models);
  Sequential(const Sequential& other);

  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept override;
  void reset(const kernels::KernelTable<T>& kernels) noexcept override;
  void start(const kernels::KernelTable<T>& kernels) noexcept override;
  int in_channels() const noexcept override { return models_.front()->in_channels(); }
  int out_channels() const noexcept override { return models_.back()->out_channels(); }
  std::unique_ptr<base::Model<T>> clone() const override { return std::make_unique<Sequential>(*this); }

 private:
  void run(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept;
  void run_silence(const kernels::KernelTable<T>& kernels, int frames) noexcept;

  std::vector<std::unique_ptr<base::Model<T>>> models_;
  std::vector<Stage> stages_;
  int receptive_field_;
  bool settles_;
  int prewarm_frames_;
  int heard_;  // frames since start(), until the last model has begun
  base::PlanarBuffer<T> between_[2];
  base::PlanarBuffer<T> silence_, unheard_;
};

}  // namespace nam_core::detail::sequential
