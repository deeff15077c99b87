// A noise gate: silence while the input stays below a threshold.
#pragma once

#include <cstdint>

namespace nam_core::player {

// Times in frames; `threshold` is a sample's amplitude, 0: the gate is off.
struct GateSettings {
  float threshold = 0.0f;
  float attack = 48.0f, hold = 2400.0f, release = 4800.0f;
};

// The gate opens at the first sample that reaches the threshold, along a straight line as long as the attack.
// It begins to close, as slowly as the release, when no sample of the hold time has reached half the
// threshold
// (-6 dB), so that a decaying note does not make it flutter. One gain for all channels, moved by the louder
// one.
class Gate {
 public:
  // Multiplies the samples of each row by the gate's gain. Open, or off, it changes no bit. Real time.
  void process(const GateSettings& settings, float* const* rows, int channels, int frames) noexcept;
  void reset() noexcept { *this = Gate(); }

 private:
  float gain_ = 1.0f;
  std::int64_t quiet_ = 0;  // frames since a sample held the gate open
  bool opening_ = true;
};

}  // namespace nam_core::player
