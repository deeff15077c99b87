#include "layers/history.hpp"

#include <algorithm>

namespace nam::layers {

// Beyond the lookback there is room for the next block, garbage lanes included. One kMirror would do; with
// four, a ring of short lookback copies its mirror in a quarter of the blocks only (A1 nano: 10 % less time
// at block 64).
template <class T>
History<T>::History(int channels, int lookback)
    : channels_(channels),
      lookback_(lookback),
      capacity_(lookback + 4 * kMirror),
      stride_(base::row_stride<T>(capacity_ + kMirror + base::kMaxLanes)),
      data_(static_cast<std::size_t>(channels) * stride_) {}

template <class T>
void History<T>::copy(const base::Block<T>& block, int end) noexcept {
  if (block.settle) {
    for (int i = 0; i < channels_; ++i) {
      T* row = data_.data() + i * stride_;
      std::fill_n(row, stride_, row[position_]);
    }
    return;
  }
  if (lookback_ == 0) return;
  const int overhang = std::max(0, end - capacity_);
  const int mirrored = std::min(end, kMirror) - position_;
  // Whole vectors are copied: what lies behind the last frame is as good a copy, or older than the lookback.
  T* rows = data_.data();
  const auto copy_rows = [&](T* from, T* to, int frames) {
    if (frames > 0) block.kernels.copy({{from, stride_}, {}, {}, {to, stride_}, channels_, frames});
  };
  copy_rows(rows + capacity_, rows, overhang);
  copy_rows(rows + position_, rows + capacity_ + position_, mirrored);
}

template class History<float>;
template class History<double>;

}  // namespace nam::layers
