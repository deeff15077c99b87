// A limit of the memory that a model and all its streams may take together.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "base/errors.hpp"

namespace nam_core::detail::engine {

// For any thread; allocates only to throw.
class MemoryLimit {
 public:
  explicit MemoryLimit(std::int64_t most) : most_(most) {}

  // Call this before allocating. If the limit would be exceeded, throws LimitError and counts nothing.
  void take(std::int64_t bytes) {
    std::int64_t used = used_.load(std::memory_order_relaxed);
    do {
      if (base::add_bytes(used, bytes) > most_)
        raise<LimitError>(std::to_string(base::add_bytes(used, bytes)));
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
  }
  void give_back(std::int64_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  std::int64_t used() const noexcept { return used_.load(std::memory_order_relaxed); }

 private:
  const std::int64_t most_;
  std::atomic<std::int64_t> used_{0};
};

// The memory that one object has taken from a limit; its destructor gives it back.
class TakenMemory {
 public:
  // `limit` may be null for none. Throws LimitError.
  TakenMemory(std::shared_ptr<MemoryLimit> limit, std::int64_t bytes) : limit_(std::move(limit)) {
    resize(bytes);
  }
  TakenMemory(const TakenMemory& other) : TakenMemory(other.limit_, other.bytes_) {}
  TakenMemory(TakenMemory&& other) noexcept
      : limit_(std::move(other.limit_)), bytes_(std::exchange(other.bytes_, 0)) {}
  TakenMemory& operator=(const TakenMemory&) = delete;
  ~TakenMemory() { resize(0); }

  // Throws LimitError if it would exceed the limit; nothing changes then.
  void resize(std::int64_t bytes) {
    if (limit_ && bytes > bytes_) limit_->take(bytes - bytes_);
    if (limit_ && bytes < bytes_) limit_->give_back(bytes_ - bytes);
    bytes_ = bytes;
  }
  const std::shared_ptr<MemoryLimit>& limit() const noexcept { return limit_; }
  std::int64_t bytes() const noexcept { return bytes_; }

 private:
  std::shared_ptr<MemoryLimit> limit_;
  std::int64_t bytes_ = 0;
};

}  // namespace nam_core::detail::engine
