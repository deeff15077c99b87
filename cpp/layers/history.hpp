// The planar past of a convolution's input: a ring whose front is mirrored behind its end, so that every tap
// reads one contiguous run, and whose work per block is constant.
#pragma once

#include "layers/rows.hpp"

namespace nam::layers {

template <class T>
class History {
 public:
  History() = default;
  // Keeps `lookback` frames of `channels` rows before each block. Allocates.
  History(int channels, int lookback);

  int channels() const noexcept { return channels_; }
  std::ptrdiff_t stride() const noexcept { return stride_; }

  // Where the next block's input is to be written.
  Rows<T> input() noexcept { return {data_.data() + position_, stride_}; }

  // Makes the block that was written at input() readable by taps. Fills the whole past with frame 0 when the
  // block settles.
  void commit(const base::Block<T>& block) noexcept {
    const int end = position_ + block.frames;
    if (block.settle || position_ < kMirror || end > capacity_) copy(block, end);
  }

  // Where the taps of a convolution find the committed block, oldest first. (kernel_size - 1) * dilation is
  // the lookback.
  void locate_taps(int kernel_size, int dilation, kernels::TapRun<T> (&taps)[2]) const noexcept {
    const T* rows = data_.data();
    const int oldest = position_ - lookback_;
    if (oldest >= 0) {
      taps[0] = {rows + oldest, kernel_size};
      taps[1] = {rows, 0};
      return;
    }
    const int after_wrap = position_ / dilation + 1;
    taps[0] = {rows + oldest + capacity_, kernel_size - after_wrap};
    taps[1] = {rows + position_ - static_cast<std::ptrdiff_t>(after_wrap - 1) * dilation, after_wrap};
  }

  // The block belongs to the past from here on.
  void advance(int frames) noexcept {
    if (lookback_ == 0) return;
    position_ += frames;
    if (position_ >= capacity_) position_ -= capacity_;
  }

 private:
  // A block and the garbage lanes behind it.
  static constexpr int kMirror = base::kTile + base::kMaxLanes;

  // commit() where there is something to do: a block that ends at `end`.
  void copy(const base::Block<T>& block, int end) noexcept;

  int channels_ = 0;
  int lookback_ = 0;
  int capacity_ = 0;  // length of the ring; rows go on for kMirror frames with a copy of its front
  int position_ = 0;
  std::ptrdiff_t stride_ = 0;
  base::AlignedBuffer<T> data_;
};

}  // namespace nam::layers
