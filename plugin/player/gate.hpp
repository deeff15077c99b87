// A noise gate: silence while the input stays below a threshold.
#pragma once

#include <cstdint>

namespace nam_core::player {

// Times in frames. `threshold` is the amplitude of a sample; 0 switches the gate off.
struct GateSettings {
  float threshold = 0.0f;
  float attack = 48.0f, hold = 2400.0f, release = 4800.0f;
};

// The gate opens when a sample reaches the threshold; its gain rises linearly over the attack time. It closes
// when no sample has reached half the threshold (-6 dB) for the hold time; its gain falls linearly over the
// release time. The lower threshold for closing keeps a decaying note from opening and closing the gate
// repeatedly. All channels have the same gain; the loudest one decides.
class Gate {
 public:
  // Multiplies each row by the gate's gain. Changes no bit while the gate is open or off. Real time.
  void process(const GateSettings& settings, float* const* rows, int channels, int frames) noexcept;
  void reset() noexcept { *this = Gate(); }

 private:
  float gain_ = 1.0f;
  std::int64_t quiet_ = 0;  // frames since a sample last reached half the threshold
  bool opening_ = true;
};

}  // namespace nam_core::player
