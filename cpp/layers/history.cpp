#include "layers/history.hpp"

#include <algorithm>

namespace nam_core::detail::layers {

namespace {

// Frames in the buffer beyond the lookback. The lookback is copied once per pass through the buffer. With a
// quarter as many frames, A1 nano takes 4 % more time (AVX-512 on Emerald Rapids).
constexpr int kRun = 4 * base::kTile;

constexpr int whole_vectors(int frames) {
  return (frames + base::kMaxLanes - 1) / base::kMaxLanes * base::kMaxLanes;
}

// The front of a buffer, and the position at which it wraps.
struct Span {
  int front, end;

  explicit Span(int lookback) : front(whole_vectors(lookback)), end(2 * front + kRun) {}
  template <class T>
  std::ptrdiff_t stride() const {
    return base::row_stride<T>(end + base::kTile + base::kMaxLanes);
  }
};

}  // namespace

template <class T>
std::int64_t History<T>::bytes(int channels, int lookback) {
  return base::AlignedBuffer<T>::bytes(base::times(channels, Span(lookback).stride<T>()));
}

template <class T>
double History<T>::copied_share(int lookback) {
  const Span span(lookback);
  return static_cast<double>(lookback) / (span.end - span.front);
}

template <class T>
History<T>::History(int channels, int lookback)
    : channels_(channels),
      lookback_(lookback),
      front_(Span(lookback).front),
      end_(Span(lookback).end),
      position_(front_),
      stride_(Span(lookback).stride<T>()),
      data_(static_cast<std::size_t>(channels) * stride_) {
  copy_from(end_ - lookback_);
}

template <class T>
void History<T>::settle() noexcept {
  for (int i = 0; i < channels_; ++i) {
    T* row = data_.data() + i * stride_;
    std::fill_n(row, stride_, row[position_]);
  }
}

template <class T>
void History<T>::copy_to_front(const base::Block<T>& block) noexcept {
  // Copies whole vectors: the values after the last frame are overwritten before a tap reads them.
  const int period = end_ - front_;
  T* from = data_.data() + copied_;
  block.kernels.copy({{from, stride_}, {}, {}, {from - period, stride_}, channels_, position_ - copied_});
  if (position_ < end_) return copy_from(position_);
  position_ -= period;
  copy_from(end_ - lookback_);
}

template <class T>
void History<T>::copy_from(int position) noexcept {
  copied_ = position;
  copy_at_ = std::min(position + base::kTile, end_);
}

template class History<float>;
template class History<double>;

}  // namespace nam_core::detail::layers
