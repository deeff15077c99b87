// The past input of a convolution, in a linear buffer that is written from front to end, so that every tap
// reads contiguous memory at a fixed distance. Each block copies fewer frames than kTile plus its own length
// to the front. When the end is reached, the frames that taps still need are already there.
#pragma once

#include "layers/rows.hpp"

namespace nam_core::detail::layers {

template <class T>
class History {
 public:
  // Bytes that it allocates; and the share of its frames that a block copies to the front, on average.
  static std::int64_t bytes(int channels, int lookback);
  static double copied_share(int lookback);

  // Keeps `lookback` frames of `channels` rows before each block. Allocates.
  History(int channels, int lookback);

  int channels() const noexcept { return channels_; }
  int lookback() const noexcept { return lookback_; }
  std::ptrdiff_t stride() const noexcept { return stride_; }

  // Write the next block's input here.
  Rows<T> input() noexcept { return {data_.data() + position_, stride_}; }

  // Fills the whole past with frame 0 of the block at input().
  void settle() noexcept;

  // Row 0, `lookback` frames before the block; later frames follow it.
  const T* oldest() const noexcept { return data_.data() + position_ - lookback_; }

  // Makes the block part of the past. A settling block does not advance the history: settle() has filled it.
  // (Advancing by its one frame would move all later blocks off cache-line boundaries: A1 nano takes 7 % more
  // time, AVX-512 on Emerald Rapids.)
  void advance(const base::Block<T>& block) noexcept {
    if (lookback_ == 0 || block.settle) return;
    position_ += block.frames;
    if (position_ >= copy_at_) copy_to_front(block);
  }

 private:
  // Copies the frames since the last copy to the front; at the end of the buffer, continues at the front.
  void copy_to_front(const base::Block<T>& block) noexcept;
  // Sets where the next copy starts.
  void copy_from(int position) noexcept;

  int channels_;
  int lookback_;
  int front_;     // first position: the lookback, rounded up to whole vectors
  int end_;       // at or beyond this position, a position is reduced by end_ - front_
  int position_;  // of the next block
  int copied_;    // frames before this position are copied or need no copy
  int copy_at_;   // position at which the next copy is due
  std::ptrdiff_t stride_;
  base::AlignedBuffer<T> data_;
};

}  // namespace nam_core::detail::layers
