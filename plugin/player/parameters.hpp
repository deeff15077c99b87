// The parameters that a host controls. All plug-in formats take names, ranges and defaults from this list.
#pragma once

#include <cmath>
#include <cstddef>

namespace nam_core::player {

// The order is the order in which formats number them.
enum class Parameter {
  input,
  output,
  quality,
  size_by_load,
  levels,
  interface_level,
  gate,
  gate_attack,
  gate_hold,
  gate_release,
  bypass,
};
inline constexpr std::size_t kParameters = 11;

enum class Kind { number, toggle, choice };

struct ParameterInfo {
  const char* symbol;
  const char* name;
  const char* unit;  // "": none
  float low, high, initial;
  Kind kind;
};

// The choices of the parameter `levels`. Its value is the number of the choice.
enum class Levels { plain, normalised, calibrated };
inline constexpr const char* kLevelsNames[] = {"Plain", "Normalised to -18 dB", "Calibrated"};

// At this threshold (dB) or below, the gate is off and changes no bit.
inline constexpr float kGateOff = -100.0f;

inline constexpr ParameterInfo kParameterInfos[kParameters] = {
    {"input", "Input", "dB", -40.0f, 40.0f, 0.0f, Kind::number},
    {"output", "Output", "dB", -40.0f, 40.0f, 0.0f, Kind::number},
    {"quality", "Quality", "", 0.0f, 1.0f, 1.0f, Kind::number},
    {"size_by_load", "Size by load", "", 0.0f, 1.0f, 0.0f, Kind::toggle},
    {"levels", "Levels", "", 0.0f, 2.0f, 0.0f, Kind::choice},
    {"interface_level", "Interface level", "dBu", -60.0f, 60.0f, 12.0f, Kind::number},
    {"gate", "Gate threshold", "dB", kGateOff, 0.0f, kGateOff, Kind::number},
    {"gate_attack", "Gate attack", "ms", 0.1f, 100.0f, 1.0f, Kind::number},
    {"gate_hold", "Gate hold", "ms", 0.0f, 1000.0f, 50.0f, Kind::number},
    {"gate_release", "Gate release", "ms", 1.0f, 2000.0f, 100.0f, Kind::number},
    {"bypass", "Bypass", "", 0.0f, 1.0f, 0.0f, Kind::toggle},
};

constexpr const ParameterInfo& info_of(Parameter parameter) noexcept {
  return kParameterInfos[static_cast<std::size_t>(parameter)];
}

// Brings a host's value into the parameter's range; NaN becomes the initial value.
inline float within_range(Parameter parameter, float value) noexcept {
  const ParameterInfo& info = info_of(parameter);
  if (std::isnan(value)) return info.initial;
  return value < info.low ? info.low : value > info.high ? info.high : value;
}

inline float factor_of(float decibels) noexcept { return std::pow(10.0f, decibels * 0.05f); }

}  // namespace nam_core::player
