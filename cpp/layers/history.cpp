#include "layers/history.hpp"

#include <algorithm>

namespace nam::layers {

namespace {
// A block and the garbage lanes behind it.
constexpr int kMirror = base::kTile + base::kMaxLanes;
// Room for the next block, garbage lanes included, beyond the lookback. One kMirror would do; with four, a
// ring of short lookback copies its mirror in a quarter of the blocks only (A1 nano: 10 % less time at block
// 64).
constexpr int kSlack = 4 * kMirror;
}  // namespace

template <class T>
History<T>::History(int channels, int lookback)
    : channels_(channels),
      lookback_(lookback),
      capacity_(lookback + kSlack),
      stride_(base::row_stride<T>(capacity_ + kMirror + base::kMaxLanes)),
      data_(static_cast<std::size_t>(channels) * stride_) {}

template <class T>
void History<T>::commit(const base::Block<T>& block) noexcept {
  if (block.settle) {
    for (int i = 0; i < channels_; ++i) {
      T* row = data_.data() + i * stride_;
      std::fill_n(row, stride_, row[position_]);
    }
    return;
  }
  if (lookback_ == 0) return;
  const int end = position_ + block.frames;
  const int overhang = std::max(0, end - capacity_);
  const int mirrored = std::min(end, kMirror) - position_;
  // Whole vectors are copied: what lies behind the last frame is as good a copy, or older than the lookback.
  T* rows = data_.data();
  const auto copy = [&](T* from, T* to, int frames) {
    if (frames > 0) block.kernels.copy({{from, stride_}, {}, {}, {to, stride_}, channels_, frames});
  };
  copy(rows + capacity_, rows, overhang);
  copy(rows + position_, rows + capacity_ + position_, mirrored);
}

template <class T>
void History<T>::locate_taps(int kernel_size, int dilation, kernels::ConvArgs<T>& args) const noexcept {
  const T* rows = data_.data();
  args.tap_step = dilation;
  args.tap_stride = stride_;
  const int oldest = position_ - lookback_;
  if (oldest >= 0) {
    args.taps[0] = {rows + oldest, kernel_size};
    args.taps[1] = {rows, 0};
    return;
  }
  const int after_wrap = position_ / dilation + 1;
  args.taps[0] = {rows + oldest + capacity_, kernel_size - after_wrap};
  args.taps[1] = {rows + position_ - static_cast<std::ptrdiff_t>(after_wrap - 1) * dilation, after_wrap};
}

template class History<float>;
template class History<double>;

}  // namespace nam::layers
