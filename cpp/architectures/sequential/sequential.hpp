// The Sequential architecture: a chain of models (format 15.1).
#pragma once

#include <span>
#include <vector>

#include "base/model.hpp"
#include "base/plan.hpp"

namespace nam_core::detail::sequential {

using base::Block;
using base::ConstRows;
using base::Rows;

// The properties of one of its models that a chain needs.
struct Stage {
  int in_channels, out_channels;
  base::Reach reach;
};

// The reach of the whole chain.
base::Reach join_stages(std::span<const Stage> stages);

// A model may change its reach while it plays (engine::Switcher); the chain reads it again at each start.
template <class T>
class Sequential final : public base::Model<T> {
 public:
  // Bytes that it allocates besides its models, this object included.
  static std::int64_t bytes(std::span<const Stage> stages);

  // `prewarm_frames`: frames of silence between the models' own start and that of the chain. Below 0 means
  // the trainer's rule: each model is settled on the output of the model before it for silence. Allocates.
  Sequential(std::vector<std::unique_ptr<base::Model<T>>> models, int prewarm_frames);
  Sequential(const Sequential& other);

  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept override;
  void reset(const kernels::KernelTable<T>& kernels) noexcept override;
  void start(const kernels::KernelTable<T>& kernels) noexcept override;
  int in_channels() const noexcept override { return models_.front()->in_channels(); }
  int out_channels() const noexcept override { return models_.back()->out_channels(); }
  std::unique_ptr<base::Model<T>> clone() const override { return std::make_unique<Sequential>(*this); }

  std::span<const std::unique_ptr<base::Model<T>>> models() const noexcept { return models_; }

 private:
  void run(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept;
  void run_silence(const kernels::KernelTable<T>& kernels, int frames) noexcept;

  std::vector<std::unique_ptr<base::Model<T>>> models_;
  // First frame of each model with a meaningful input: the sum of receptive_field - 1 over the models before
  // it.
  std::vector<int> starts_;
  int prewarm_frames_;
  int heard_ = 0;  // frames played since start(), until the last model has begun
  base::PlanarBuffer<T> between_[2];
  base::PlanarBuffer<T> silence_, unheard_;
};

}  // namespace nam_core::detail::sequential
