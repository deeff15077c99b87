// The planar past of a convolution's input: rows that are written from front to end, so that every tap is one
// contiguous read at a fixed distance. Before the end is reached, what the taps will still need has been
// copied to the front a piece at a time, which bounds the work per block.
#pragma once

#include "layers/rows.hpp"

namespace nam_core::detail::layers {

template <class T>
class History {
 public:
  // Keeps `lookback` frames of `channels` rows before each block. Allocates.
  History(int channels, int lookback);

  int channels() const noexcept { return channels_; }
  int lookback() const noexcept { return lookback_; }
  std::ptrdiff_t stride() const noexcept { return stride_; }

  // Where the next block's input is to be written.
  Rows<T> input() noexcept { return {data_.data() + position_, stride_}; }

  // Fills the whole past with frame 0 of the block that was written at input().
  void settle() noexcept;

  // Row 0, `lookback` frames before the block. What came since, the block included, lies behind it.
  const T* oldest() const noexcept { return data_.data() + position_ - lookback_; }

  // The block belongs to the past from here on. One that settles is the past already, and a step by its one
  // frame would take all blocks after it off the cache lines they begin on (A1 nano: 7 % more time, AVX-512
  // on Emerald Rapids).
  void advance(const base::Block<T>& block) noexcept {
    if (lookback_ == 0 || block.settle) return;
    position_ += block.frames;
    if (position_ >= copy_at_) copy_to_front(block);
  }

 private:
  // Copies what has been written since the last copy, and goes back to the front when the end is reached.
  void copy_to_front(const base::Block<T>& block) noexcept;
  // The next copy begins there.
  void copy_from(int position) noexcept;

  int channels_;
  int lookback_;
  int front_;     // the first position: the lookback in whole vectors
  int end_;       // positions from here on go back by end_ - front_
  int position_;  // of the next block
  int copied_;    // what lies before has its copy, or needs none
  int copy_at_;   // the position from which on the next copy is due
  std::ptrdiff_t stride_;
  base::AlignedBuffer<T> data_;
};

}  // namespace nam_core::detail::layers
