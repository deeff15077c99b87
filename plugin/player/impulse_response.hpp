// Sound files as impulse responses, by libsndfile, with the package's rules (format 15.4).
#pragma once

#include <string_view>
#include <vector>

#include "nam_core/result.hpp"

namespace nam_core::player {

struct ImpulseResponse {
  double sample_rate = 0.0;  // Hz
  int channels = 0;          // 1 or 2
  int frames = 0;
  std::vector<float> taps;  // of the first channel, then of the second
};

// Whether a file that begins so is a sound file with exact samples.
bool is_sound(std::string_view contents) noexcept;

// Full scale 1.0, none cut off and none scaled. Allocates.
Result<ImpulseResponse> read_impulse_response(std::string_view contents);

// The response for another rate: resampled (libsamplerate's best sinc) and scaled by the ratio of the rates,
// so that a cabinet is as loud at every rate. Allocates.
Result<ImpulseResponse> at_sample_rate(const ImpulseResponse& response, double sample_rate);

}  // namespace nam_core::player
