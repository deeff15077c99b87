// The interface of every architecture.
#pragma once

#include <memory>

#include "base/block.hpp"
#include "base/planar.hpp"
#include "base/reach.hpp"

namespace nam_core::detail::base {

// A model with its state. Copying shares the weights and duplicates the state.
template <class T>
class Model {
 public:
  virtual ~Model() = default;

  // Runs block.frames frames of in (in_channels rows) into out (out_channels rows). `out` must not be `in`.
  // Real time: no allocation, lock or system call; bounded work. Does not throw.
  virtual void process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept = 0;

  // Back to the start state (format 6.2, 6.4). No allocation; bounded work.
  virtual void reset(const kernels::KernelTable<T>& kernels) noexcept = 0;

  // Like reset(), but frames before frame 0 will be processed as they are: an LSTM starts in its stored
  // state. The first receptive_field - 1 outputs are then meaningless.
  virtual void start(const kernels::KernelTable<T>& kernels) noexcept { reset(kernels); }

  virtual int in_channels() const noexcept = 0;
  virtual int out_channels() const noexcept = 0;
  // The reach of the playing size, or of the size that the next reset starts with.
  const Reach& reach() const noexcept { return reach_; }

  // An independent copy. Allocates.
  virtual std::unique_ptr<Model> clone() const = 0;

 protected:
  explicit Model(const Reach& reach) : reach_(reach) {}
  Model(const Model&) = default;

  Reach reach_;
};

}  // namespace nam_core::detail::base
