#include "player/gate.hpp"

#include <algorithm>
#include <cmath>

namespace nam_core::player {

void Gate::process(const GateSettings& settings, float* const* rows, int channels, int frames) noexcept {
  if (settings.threshold <= 0.0f && gain_ == 1.0f) return;
  const float up = 1.0f / std::max(settings.attack, 1.0f), down = 1.0f / std::max(settings.release, 1.0f);
  for (int t = 0; t < frames; ++t) {
    float level = 0.0f;
    for (int c = 0; c < channels; ++c) level = std::max(level, std::abs(rows[c][t]));
    // A gate that is off has threshold 0, which every sample reaches. So a closed gate opens when it is
    // switched off.
    if (level >= settings.threshold) opening_ = true;
    if (level >= 0.5f * settings.threshold)
      quiet_ = 0;
    else if (static_cast<float>(++quiet_) > settings.hold)
      opening_ = false;
    gain_ = opening_ ? std::min(gain_ + up, 1.0f) : std::max(gain_ - down, 0.0f);
    if (gain_ != 1.0f)
      for (int c = 0; c < channels; ++c) rows[c][t] *= gain_;
  }
}

}  // namespace nam_core::player
