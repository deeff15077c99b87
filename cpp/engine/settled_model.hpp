// One size of a model, built and settled on silence. Every stream of this size starts as a copy of it and
// shares its weights.
#pragma once

#include <string_view>

#include "engine/make_model.hpp"
#include "dispatch/registry.hpp"
#include "engine/voice.hpp"

namespace nam_core::detail::engine {

template <class T>
class SettledModel {
 public:
  // `isa` names a kernel set ("" for the best). Throws ConfigError, WeightError, IsaError. Allocates.
  SettledModel(const ModelDescription& model, std::string_view isa);

  const kernels::KernelSet& kernel_set() const noexcept { return kernel_set_; }
  const kernels::KernelTable<T>& kernels() const noexcept { return kernel_set_.table<T>(); }
  int receptive_field() const noexcept { return model_->receptive_field(); }
  bool settles() const noexcept { return model_->settles(); }
  // See Model.
  int bit_memory() const noexcept { return model_->bit_memory(); }
  int grid() const noexcept { return model_->grid(); }
  // Packed weights, and the state of this one.
  std::int64_t memory_bytes() const noexcept { return memory_bytes_; }

  // A stream that starts here. Allocates.
  Voice<T> voice(double gain, std::int64_t fade_frames) const;

 private:
  const kernels::KernelSet& kernel_set_;
  std::int64_t memory_bytes_ = 0;  // before model_, whose building sets it
  std::unique_ptr<const base::Model<T>> model_;
};

}  // namespace nam_core::detail::engine
