// A factor that changes without a click: it moves along a straight line to each new value.
#pragma once

#include <cstdint>

namespace nam_core::player {

class Ramp {
 public:
  explicit Ramp(float value) noexcept : value_(value), target_(value) {}

  // Where it is to go, within `frames`; 0 is at once. A value that it has or goes to already changes nothing.
  void go_to(float target, std::int64_t frames) noexcept {
    if (target == target_ && frames > 0) return;
    target_ = target;
    left_ = frames;
    if (frames <= 0) value_ = target;
    step_ = frames > 0 ? (target - value_) / static_cast<float>(frames) : 0.0f;
  }
  // Whether it stays at `value`: what it multiplies may then be left alone.
  bool rests_at(float value) const noexcept { return left_ == 0 && value_ == value; }
  // The factor of the next frame. It depends on frames alone, and not on how they are cut into blocks.
  float next() noexcept {
    if (left_ > 0) value_ = --left_ > 0 ? value_ + step_ : target_;
    return value_;
  }

 private:
  float value_, target_, step_ = 0.0f;
  std::int64_t left_ = 0;
};

// Multiplies `frames` samples of each row. At rest at 1 it changes no bit.
inline void amplify(Ramp& ramp, float* const* rows, int channels, int frames) noexcept {
  if (ramp.rests_at(1.0f)) return;
  for (int t = 0; t < frames; ++t) {
    const float factor = ramp.next();
    for (int c = 0; c < channels; ++c) rows[c][t] *= factor;
  }
}

}  // namespace nam_core::player
