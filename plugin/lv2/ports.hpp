// Names and order of the LV2 plug-in's ports, shared by the plug-in and its description.
#pragma once

#include <cstdint>

#include "player/player.hpp"

namespace nam_core::lv2 {

#define NAM_CORE_LV2_URI "urn:nam_core:player"
inline constexpr const char* kMonoUri = NAM_CORE_LV2_URI;
inline constexpr const char* kStereoUri = NAM_CORE_LV2_URI ":stereo";
// Properties of a slot: its file, the file's hash (in states only), and its problem.
inline constexpr const char* kFileUris[player::kSlots] = {NAM_CORE_LV2_URI "#model",
                                                          NAM_CORE_LV2_URI "#cabinet"};
inline constexpr const char* kHashUris[player::kSlots] = {NAM_CORE_LV2_URI "#model_sha256",
                                                          NAM_CORE_LV2_URI "#cabinet_sha256"};
inline constexpr const char* kProblemUris[player::kSlots] = {NAM_CORE_LV2_URI "#model_problem",
                                                             NAM_CORE_LV2_URI "#cabinet_problem"};

// Order of the ports: messages in and out, parameters, latency, two meters, inputs, outputs.
inline constexpr std::uint32_t kControlPort = 0, kNotifyPort = 1, kFirstParameter = 2;
inline constexpr std::uint32_t kLatencyPort = kFirstParameter + player::kParameters;
inline constexpr std::uint32_t kInputPeakPort = kLatencyPort + 1, kOutputPeakPort = kLatencyPort + 2;
inline constexpr std::uint32_t kFirstAudio = kLatencyPort + 3;

// The player has `bypass`. LV2 designates `enabled` instead, so the port shows the opposite value.
inline constexpr auto kEnabledParameter = player::Parameter::bypass;

}  // namespace nam_core::lv2
