// The gains before and after an amplifier: normalisation by loudness and calibration by dBu (format 11.4),
// with the rules of the package's `levels`.
#pragma once

#include "player/capture.hpp"
#include "player/parameters.hpp"

namespace nam_core::player {

struct LevelSettings {
  Levels levels = Levels::plain;
  float interface_dbu = 12.0f;  // level of a 1 kHz sine that reads 0 dBFS peak at the interface's input
  bool operator==(const LevelSettings&) const = default;
};

// In dB: the gain before the model and the gain after it.
struct LevelGains {
  double input_db = 0.0, output_db = 0.0;
};

// A gain is 0 dB if the file does not state the figure that it needs, or states one that no interface has.
LevelGains level_gains(const LevelSettings& settings, const Capture& capture, std::size_t size) noexcept;

// Returns a message that names the figures that are needed and missing; "" if none is missing.
std::string level_problem(const LevelSettings& settings, const Capture& capture, std::size_t size);

}  // namespace nam_core::player
