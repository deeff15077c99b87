// Sound files as impulse responses, read by libsndfile under the package's rules (format 15.4).
#pragma once

#include <string_view>
#include <vector>

#include "nam_core/result.hpp"

namespace nam_core::player {

struct ImpulseResponse {
  double sample_rate = 0.0;  // Hz
  int channels = 0;          // 1 or 2
  int frames = 0;
  std::vector<float> taps;  // those of the first channel, then those of the second
};

// Returns true if these are the first bytes of a sound file whose format stores samples exactly.
bool is_sound(std::string_view contents) noexcept;

// Reads the taps without scaling or clipping; full scale is 1.0. Allocates.
Result<ImpulseResponse> read_impulse_response(std::string_view contents);

// Converts a response to another sample rate: resamples it (libsamplerate's best sinc) and scales it by the
// ratio of the rates, so that the gain is the same at every rate. Allocates.
Result<ImpulseResponse> at_sample_rate(const ImpulseResponse& response, double sample_rate);

}  // namespace nam_core::player
