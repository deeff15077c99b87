// The past input of a convolution, in a linear buffer that is written from front to end. So every tap is one
// contiguous read at a fixed distance. A block copies fewer than kTile frames and its own length to the
// front, so when the end is reached, the frames that taps still need are there.
#pragma once

#include "layers/rows.hpp"

namespace nam_core::detail::layers {

template <class T>
class History {
 public:
  // What it allocates, and the share of its frames that a block copies to the front, on average.
  static std::int64_t bytes(int channels, int lookback);
  static double copied_share(int lookback);

  // Keeps `lookback` frames of `channels` rows before each block. Allocates.
  History(int channels, int lookback);

  int channels() const noexcept { return channels_; }
  int lookback() const noexcept { return lookback_; }
  std::ptrdiff_t stride() const noexcept { return stride_; }

  // Where the next block's input is to be written.
  Rows<T> input() noexcept { return {data_.data() + position_, stride_}; }

  // Fills the whole past with frame 0 of the block that was written at input().
  void settle() noexcept;

  // Row 0 at `lookback` frames before the block; the frames since then follow.
  const T* oldest() const noexcept { return data_.data() + position_ - lookback_; }

  // Makes the block part of the past. A settling block does not advance the history: settle() has filled it.
  // (A step by its one frame would move all later blocks off their cache lines: A1 nano takes 7 % more time,
  // AVX-512 on Emerald Rapids.)
  void advance(const base::Block<T>& block) noexcept {
    if (lookback_ == 0 || block.settle) return;
    position_ += block.frames;
    if (position_ >= copy_at_) copy_to_front(block);
  }

 private:
  // Copies the frames since the last copy to the front, and continues there when the end is reached.
  void copy_to_front(const base::Block<T>& block) noexcept;
  // The next copy begins there.
  void copy_from(int position) noexcept;

  int channels_;
  int lookback_;
  int front_;     // first position: the lookback, rounded up to whole vectors
  int end_;       // a position from here on is reduced by end_ - front_
  int position_;  // of the next block
  int copied_;    // frames before this position are copied, or need no copy
  int copy_at_;   // position at which the next copy is due
  std::ptrdiff_t stride_;
  base::AlignedBuffer<T> data_;
};

}  // namespace nam_core::detail::layers
