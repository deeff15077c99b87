// Planar signals: (channels, frames), time contiguous in each row.
//
// Kernels may read and write a row up to the next multiple of the widest vector (kMaxLanes), so they need no
// loop for the last frames. The values past the last frame are garbage, and nothing reads them as signal.
#pragma once

#include "base/aligned_buffer.hpp"
#include "kernels/kernel_table.hpp"

namespace nam_core::detail::base {

using kernels::ConstRows;
using kernels::kTile;
using kernels::Rows;

template <class T>
ConstRows<T> as_const(Rows<T> rows) noexcept {
  return {rows.data, rows.stride};
}

// Float lanes of the widest vector (AVX-512).
inline constexpr int kMaxLanes = 16;

// Elements from one row to the next: 9 modulo 16 cache lines, so that the same frames of up to 16 channels
// spread evenly over the 64 sets of an L1 cache. (An odd number of lines is not enough: 31 modulo 64 put 8
// channels of a 6-tap convolution into so few sets that it took 2.4 times as long, AVX2 on Zen 4.)
template <class T>
constexpr std::ptrdiff_t row_stride(std::ptrdiff_t elements) {
  constexpr std::ptrdiff_t line = kAlignment / sizeof(T);
  const std::ptrdiff_t lines = (elements + line - 1) / line;
  return ((lines + 6) / 16 * 16 + 9) * line;
}

// A tile of scratch: `channels` rows of kTile frames.
template <class T>
class PlanarBuffer {
 public:
  // Bytes that a buffer of this many channels allocates.
  static constexpr std::int64_t bytes(int channels) {
    return AlignedBuffer<T>::bytes(times(channels, row_stride<T>(kTile)));
  }

  PlanarBuffer() = default;
  explicit PlanarBuffer(int channels)
      : channels_(channels), data_(static_cast<std::size_t>(channels) * row_stride<T>(kTile)) {}

  int channels() const noexcept { return channels_; }
  Rows<T> rows(int first = 0) noexcept {
    return {data_.data() + first * row_stride<T>(kTile), row_stride<T>(kTile)};
  }

 private:
  int channels_ = 0;
  AlignedBuffer<T> data_;
};

}  // namespace nam_core::detail::base
