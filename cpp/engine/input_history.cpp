#include "engine/input_history.hpp"

#include <algorithm>
#include <bit>

namespace nam_core::detail::engine {

namespace {

std::int64_t capacity_of(std::int64_t frames) {
  return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(frames)));
}

}  // namespace

template <class T>
std::int64_t InputHistory<T>::bytes(int channels, std::int64_t frames) {
  return base::times(channels, base::times(capacity_of(frames), sizeof(T)));
}

template <class T>
InputHistory<T>::InputHistory(int channels, std::int64_t frames)
    : channels_(channels),
      mask_(capacity_of(frames) - 1),
      samples_(new std::atomic<T>[static_cast<std::size_t>(channels * capacity())]()) {}

template <class T>
InputHistory<T>::InputHistory(const InputHistory& other)
    : channels_(other.channels_),
      mask_(other.mask_),
      samples_(new std::atomic<T>[static_cast<std::size_t>(channels_ * capacity())]),
      beginning_(other.beginning()),
      start_(other.start()),
      end_(other.end()),
      writing_(other.end()) {
  for (std::int64_t i = 0; i < channels_ * capacity(); ++i)
    samples_[i].store(other.samples_[i].load(std::memory_order_relaxed), std::memory_order_relaxed);
}

template <class T>
void InputHistory<T>::write(ConstRows<T> in, int frames) noexcept {
  const std::int64_t first = end_.load(std::memory_order_relaxed);
  writing_.store(first + frames, std::memory_order_relaxed);
  // A thread that reads a new sample below also sees the value of writing_ above.
  std::atomic_thread_fence(std::memory_order_release);
  for (int i = 0; i < channels_; ++i) {
    const T* from = in.data + i * in.stride;
    for (int t = 0; t < frames; ++t) row(i)[(first + t) & mask_].store(from[t], std::memory_order_relaxed);
  }
  end_.store(first + frames, std::memory_order_release);
}

template <class T>
void InputHistory<T>::restart(Beginning beginning) noexcept {
  // The number differs from that of the last start even if no frame was written since.
  const std::int64_t end = end_.load(std::memory_order_relaxed);
  const std::int64_t first = std::max(end, start() + 1);
  beginning_.store(beginning, std::memory_order_relaxed);
  writing_.store(first, std::memory_order_relaxed);
  end_.store(first, std::memory_order_release);
  start_.store(first, std::memory_order_release);
}

template <class T>
bool InputHistory<T>::read(std::int64_t first, int frames, Rows<T> out) const noexcept {
  for (int i = 0; i < channels_; ++i) {
    T* to = out.data + i * out.stride;
    for (int t = 0; t < frames; ++t) to[t] = row(i)[(first + t) & mask_].load(std::memory_order_relaxed);
  }
  std::atomic_thread_fence(std::memory_order_acquire);
  return first >= writing_.load(std::memory_order_relaxed) - capacity();
}

template class InputHistory<float>;
template class InputHistory<double>;

}  // namespace nam_core::detail::engine
