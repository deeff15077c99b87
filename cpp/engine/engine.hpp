// A model ready to play: any block length, one thread at a time, on one kernel set.
#pragma once

#include <atomic>

#include "engine/description.hpp"
#include "kernels/registry.hpp"

namespace nam::engine {

// Planar audio of a caller: row i starts at data + i * stride.
using kernels::ConstRows;
using kernels::Rows;

template <class T>
class Engine {
 public:
  // `isa` names a kernel set ("" for the best). The model starts settled on silence. Throws ConfigError,
  // WeightError, IsaError. Allocates.
  Engine(const ModelDescription& model, std::string_view isa);
  // An independent copy of the present state; the weights are shared. Throws BusyError. Allocates.
  Engine(const Engine& other);

  int in_channels() const noexcept { return model_->in_channels(); }
  int out_channels() const noexcept { return model_->out_channels(); }
  int receptive_field() const noexcept { return model_->receptive_field(); }
  bool settles() const noexcept { return model_->settles(); }
  const kernels::KernelSet& kernel_set() const noexcept { return kernel_set_; }

  // Runs `frames` frames. `out` may be `in`, or overlap it from below. Throws BusyError when another thread
  // is in this engine, and then has done nothing. Real time otherwise: no allocation, lock or system call.
  // Denormals count as zero inside; the caller's floating-point mode is restored.
  void process(ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames);

  // Back to the start state. Throws BusyError. No allocation.
  void reset();

 private:
  class Use;

  const kernels::KernelSet& kernel_set_;
  const kernels::KernelTable<T>& kernels_;
  std::unique_ptr<base::Model<T>> model_;
  base::PlanarBuffer<T> in_, out_;
  mutable std::atomic_flag busy_ = ATOMIC_FLAG_INIT;
};

}  // namespace nam::engine
