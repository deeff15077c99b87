// The newest input frames of a stream, written by one thread and read by any: a new size is run on them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/planar.hpp"

namespace nam_core::detail::engine {

using base::ConstRows;
using base::Rows;

// How the stream began. A model that is to run on its frames must begin in the same way (base::Model).
enum class Beginning {
  reset,    // by reset()
  start,    // by start()
  settled,  // by reset(), and then settled on the frame in front of its first one
};

// A ring with one writer, which never waits. A reader copies frames and then checks whether the writer has
// overwritten them. So samples are atomics (relaxed, which are ordinary loads and stores on every processor).
// Frames are numbered from 0.
template <class T>
class InputHistory {
 public:
  // What it allocates.
  static std::int64_t bytes(int channels, std::int64_t frames);

  // Keeps at least `frames` frames readable. Allocates.
  InputHistory(int channels, std::int64_t frames);
  // Nobody may be writing to `other`. Allocates.
  InputHistory(const InputHistory& other);

  // The writer's side. Real time.
  void write(ConstRows<T> in, int frames) noexcept;
  // Begins a stream at a frame number at which no stream began before. With Beginning::settled, the frame
  // before it is the newest that was written.
  void restart(Beginning beginning) noexcept;

  // How the stream began. Call it after start(); if the writer restarts in between, start() changes.
  Beginning beginning() const noexcept { return beginning_.load(std::memory_order_acquire); }
  // The number of the first frame of the stream, and the one after its newest. Real time.
  std::int64_t start() const noexcept { return start_.load(std::memory_order_acquire); }
  std::int64_t end() const noexcept { return end_.load(std::memory_order_acquire); }

  // Copies frames first, first + 1, ... to `out`. False when some of them were overwritten; `out` is then
  // garbage. Any thread, real time.
  bool read(std::int64_t first, int frames, Rows<T> out) const noexcept;

  std::int64_t capacity() const noexcept { return mask_ + 1; }

 private:
  std::atomic<T>* row(int channel) const noexcept { return samples_.get() + channel * capacity(); }

  int channels_;
  std::int64_t mask_;  // capacity - 1, a power of two less one
  std::unique_ptr<std::atomic<T>[]> samples_;
  std::atomic<Beginning> beginning_{Beginning::reset};
  std::atomic<std::int64_t> start_{0};
  std::atomic<std::int64_t> end_{0};
  std::atomic<std::int64_t> writing_{0};  // what end_ will be after the write under way
};

}  // namespace nam_core::detail::engine
