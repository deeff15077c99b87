// One size of a model, built and settled on silence. Every stream of this size starts as a copy of it and
// shares its weights.
#pragma once

#include <string_view>

#include "dispatch/registry.hpp"
#include "engine/memory_limit.hpp"
#include "engine/plan.hpp"
#include "engine/voice.hpp"

namespace nam_core::detail::engine {

template <class T>
class SettledModel {
 public:
  // Bytes that building a model allocates and keeps, this object included.
  static std::int64_t bytes(const base::Plan& plan);

  // `isa` names a kernel set ("" for the best). `limit`: its memory is counted there; null: no limit. Throws
  // ConfigError, WeightError, IsaError, and LimitError before it has allocated more than a plan. Allocates.
  SettledModel(const ModelDescription& model, std::string_view isa,
               std::shared_ptr<MemoryLimit> limit = nullptr);

  const kernels::KernelSet& kernel_set() const noexcept { return kernel_set_; }
  const kernels::KernelTable<T>& kernels() const noexcept { return kernel_set_.table<T>(); }
  const base::Reach& reach() const noexcept { return model_->reach(); }
  int in_channels() const noexcept { return model_->in_channels(); }
  int out_channels() const noexcept { return model_->out_channels(); }
  // Bytes of the state of one stream.
  std::int64_t state_bytes() const noexcept { return bytes_.state; }
  // weight_bytes: packed weights, which all streams share. memory_bytes: these, the state that streams start
  // from, and this object.
  std::int64_t weight_bytes() const noexcept { return bytes_.weights; }
  std::int64_t memory_bytes() const noexcept { return sizeof(*this) + bytes_.weights + bytes_.state; }
  const std::shared_ptr<MemoryLimit>& limit() const noexcept { return taken_.limit(); }
  // Executed multiply-adds per frame.
  std::int64_t macs() const noexcept { return macs_; }

  // A stream that starts in this state. Allocates.
  Voice<T> voice(double gain, std::int64_t fade_frames) const;
  // The last stream that starts here: it takes this model's own state, without a copy. After it, only what is
  // known of bytes and multiply-adds may be asked.
  Voice<T> last_voice(double gain, std::int64_t fade_frames) noexcept;

 private:
  const kernels::KernelSet& kernel_set_;
  base::Bytes bytes_;
  std::int64_t macs_ = 0;
  TakenMemory taken_;
  std::unique_ptr<base::Model<T>> model_;
};

}  // namespace nam_core::detail::engine
