// The gains around an amplifier: normalisation by loudness, calibration by dBu (format 11.4), as `levels` has
// them.
#pragma once

#include "player/capture.hpp"
#include "player/parameters.hpp"

namespace nam_core::player {

struct LevelWish {
  Levels levels = Levels::plain;
  float interface_dbu = 12.0f;  // of a 1 kHz sine that reads 0 dBFS peak at the interface's input
  bool operator==(const LevelWish&) const = default;
};

// In dB, before and after the model.
struct LevelGains {
  double input_db = 0.0, output_db = 0.0;
};

// What is wished for but not known changes nothing; nor does a level that no interface has.
LevelGains level_gains(const LevelWish& wish, const Capture& capture, std::size_t size) noexcept;

// What the file does not say of what is wished for, for people to read; "": it says all.
std::string level_words(const LevelWish& wish, const Capture& capture, std::size_t size);

}  // namespace nam_core::player
