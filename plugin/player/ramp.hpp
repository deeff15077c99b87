// A factor that changes linearly over time to each new value, so that the change makes no click.
#pragma once

#include <cstdint>

namespace nam_core::player {

class Ramp {
 public:
  explicit Ramp(float value) noexcept : value_(value), target_(value) {}

  // Sets the target, reached after `frames`; 0 is at once. Does nothing if that is the present target
  // already.
  void go_to(float target, std::int64_t frames) noexcept {
    if (target == target_ && frames > 0) return;
    target_ = target;
    left_ = frames;
    if (frames <= 0) value_ = target;
    step_ = frames > 0 ? (target - value_) / static_cast<float>(frames) : 0.0f;
  }
  // Returns true if the factor is `value` and does not change. For 1 the signal need not be multiplied.
  bool rests_at(float value) const noexcept { return left_ == 0 && value_ == value; }
  // Returns the factor of the next frame. It does not depend on how the frames are divided into blocks.
  float next() noexcept {
    if (left_ > 0) value_ = --left_ > 0 ? value_ + step_ : target_;
    return value_;
  }

 private:
  float value_, target_, step_ = 0.0f;
  std::int64_t left_ = 0;
};

// Multiplies `frames` samples of each row by the factor. Changes no bit if the factor stays at 1.
inline void amplify(Ramp& ramp, float* const* rows, int channels, int frames) noexcept {
  if (ramp.rests_at(1.0f)) return;
  for (int t = 0; t < frames; ++t) {
    const float factor = ramp.next();
    for (int c = 0; c < channels; ++c) rows[c][t] *= factor;
  }
}

}  // namespace nam_core::player
