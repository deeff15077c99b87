#include "player/level_gains.hpp"

#include <cmath>

namespace nam_core::player {

namespace {

constexpr double kNormalisedTo = -18.0;  // dB
// dBu RMS of a sine at full scale. No interface exceeds it, so a larger figure in a file is a mistake.
constexpr double kPlausibleDbu = 60.0;

std::optional<double> plausible(std::optional<double> dbu) noexcept {
  return dbu && std::abs(*dbu) <= kPlausibleDbu ? dbu : std::nullopt;
}

const Metadata nothing_said;

const Metadata& metadata_of(const Capture& capture) noexcept {
  return capture.file() ? capture.file()->metadata() : nothing_said;
}

}  // namespace

LevelGains level_gains(const LevelSettings& settings, const Capture& capture, std::size_t size) noexcept {
  LevelGains gains;
  if (settings.levels == Levels::normalised) {
    const std::optional<double> loudness = loudness_of(capture, size);
    if (loudness && std::isfinite(*loudness)) gains.output_db = kNormalisedTo - *loudness;
  }
  if (settings.levels == Levels::calibrated) {
    const Metadata& metadata = metadata_of(capture);
    const double interface_dbu = settings.interface_dbu;
    if (const auto captured = plausible(metadata.input_level_dbu)) gains.input_db = interface_dbu - *captured;
    if (const auto amplifier = plausible(metadata.output_level_dbu))
      gains.output_db = *amplifier - interface_dbu;
  }
  return gains;
}

std::string level_problem(const LevelSettings& settings, const Capture& capture, std::size_t size) {
  if (settings.levels == Levels::normalised && !loudness_of(capture, size))
    return "the file does not state its loudness, so it is not normalised";
  if (settings.levels != Levels::calibrated) return "";
  const Metadata& metadata = metadata_of(capture);
  std::string missing;
  if (!plausible(metadata.input_level_dbu)) missing = "input_level_dbu";
  if (!plausible(metadata.output_level_dbu))
    missing += std::string(missing.empty() ? "" : " and ") + "output_level_dbu";
  return missing.empty() ? ""
                         : "the file states no plausible " + missing + ", so that level is not calibrated";
}

}  // namespace nam_core::player
