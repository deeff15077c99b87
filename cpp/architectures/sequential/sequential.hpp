// The Sequential architecture: models one after the other (format 15.1).
#pragma once

#include <vector>

#include "base/model.hpp"

namespace nam_core::detail::sequential {

using base::Block;
using base::ConstRows;
using base::Rows;

template <class T>
class Sequential final : public base::Model<T> {
 public:
  // `prewarm_frames`: see SequentialConfig. Throws ConfigError if there is no model, or one does not take as
  // many channels as the one before it gives. Allocates.
  Sequential(std::vector<std::unique_ptr<base::Model<T>>> models, int prewarm_frames);
  Sequential(const Sequential& other);

  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept override;
  void reset(const kernels::KernelTable<T>& kernels) noexcept override;
  void start(const kernels::KernelTable<T>& kernels) noexcept override;
  bool settles() const noexcept override;
  int receptive_field() const noexcept override;
  int bit_memory() const noexcept override;
  int grid() const noexcept override;
  int in_channels() const noexcept override { return models_.front()->in_channels(); }
  int out_channels() const noexcept override { return models_.back()->out_channels(); }
  std::unique_ptr<base::Model<T>> clone() const override { return std::make_unique<Sequential>(*this); }

 private:
  void run(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept;
  void run_silence(const kernels::KernelTable<T>& kernels, int frames) noexcept;

  std::vector<std::unique_ptr<base::Model<T>>> models_;
  // Frames that a model hears nothing meaningful for: the sum of receptive_field() - 1 over those before it.
  std::vector<int> starts_;
  int prewarm_frames_;
  int heard_;  // frames since start(), until the last model has begun
  base::PlanarBuffer<T> between_[2];
  base::PlanarBuffer<T> silence_, unheard_;
};

}  // namespace nam_core::detail::sequential
