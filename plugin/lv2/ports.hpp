// What the LV2 plug-in is called and in which order its ports come: the plug-in and its description share it.
#pragma once

#include <cstdint>

#include "player/player.hpp"

namespace nam_core::lv2 {

#define NAM_CORE_LV2_URI "urn:nam_core:player"
inline constexpr const char* kMonoUri = NAM_CORE_LV2_URI;
inline constexpr const char* kStereoUri = NAM_CORE_LV2_URI ":stereo";
// Properties: the file of each slot, its hash in states, and what is wrong with it.
inline constexpr const char* kFileUris[player::kSlots] = {NAM_CORE_LV2_URI "#model",
                                                          NAM_CORE_LV2_URI "#cabinet"};
inline constexpr const char* kHashUris[player::kSlots] = {NAM_CORE_LV2_URI "#model_sha256",
                                                          NAM_CORE_LV2_URI "#cabinet_sha256"};
inline constexpr const char* kProblemUris[player::kSlots] = {NAM_CORE_LV2_URI "#model_problem",
                                                             NAM_CORE_LV2_URI "#cabinet_problem"};

// Ports: messages in and out, the parameters, latency and two meters, then the inputs, then the outputs.
inline constexpr std::uint32_t kControlPort = 0, kNotifyPort = 1, kFirstParameter = 2;
inline constexpr std::uint32_t kLatencyPort = kFirstParameter + player::kParameters;
inline constexpr std::uint32_t kInputPeakPort = kLatencyPort + 1, kOutputPeakPort = kLatencyPort + 2;
inline constexpr std::uint32_t kFirstAudio = kLatencyPort + 3;

// A host shows `enabled` where the player has `bypass`: LV2 designates the one and not the other.
inline constexpr auto kEnabledParameter = player::Parameter::bypass;

}  // namespace nam_core::lv2
