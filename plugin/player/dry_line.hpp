// Delays the dry signal by the latency of the models; a bypass plays it.
#pragma once

#include <algorithm>
#include <vector>

namespace nam_core::player {

class DryLine {
 public:
  DryLine() : ring_(kRoom, 0.0f) {}

  // Stores `frames` samples. Real time.
  void write(const float* row, int frames) noexcept {
    for (int t = 0; t < frames; ++t) ring_[(written_ + static_cast<unsigned>(t)) % kRoom] = row[t];
    written_ += static_cast<unsigned>(frames);
  }
  // Returns sample `t` of the last `frames` samples written, delayed by `delay` frames. Real time.
  float read(int t, int frames, int delay) const noexcept {
    const auto back = static_cast<unsigned>(frames - t) + static_cast<unsigned>(std::min(delay, kMostDelay));
    return ring_[(written_ - back) % kRoom];
  }
  void reset() noexcept { std::fill(ring_.begin(), ring_.end(), 0.0f); }

 private:
  static constexpr unsigned kRoom = 1u << 14;
  static constexpr int kMostDelay = 1 << 13;

  std::vector<float> ring_;
  unsigned written_ = 0;
};

}  // namespace nam_core::player
