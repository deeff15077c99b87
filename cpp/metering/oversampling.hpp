// The peak between the samples (ITU-R BS.1770, annex 2): the stream at 192 kHz or more, by a windowed sinc.
#pragma once

#include <vector>

#include "base/planar.hpp"

namespace nam_core::detail::metering {

using base::kTile;

// Taps of the sinc that gives a value between two samples.
inline constexpr int kSincTaps = 32;

// The sincs are rows of one convolution, which the engine's own kernel computes.
class Oversampling {
 public:
  // The samples that are kept for a channel: the end of the previous tile, and the tile.
  class Line {
   public:
    Line() : samples_(kSincTaps - 1 + kTile + base::kMaxLanes) {}
    // Where the next tile's samples go.
    float* tile() noexcept { return samples_.data() + kSincTaps - 1; }

   private:
    friend class Oversampling;
    base::AlignedBuffer<float> samples_;
  };

  explicit Oversampling(double sample_rate);

  // The largest magnitude between the samples of a line, whose tile is filled, or `known` if that is larger.
  // `known` is at least the largest sample. Makes room for the next tile.
  double peak(Line& line, double known) noexcept;

 private:
  const kernels::KernelTable<float>& kernels_;
  int between_;  // values between two samples
  double most_;  // such a value is at most this factor times the largest sample that it is made of
  base::AlignedBuffer<float> bias_, weights_, out_;
  std::vector<kernels::ConvPanel<float>> panels_;
};

}  // namespace nam_core::detail::metering
