// The saved state of the LV2 plug-in: for each slot the path (mapped by the host) and the SHA-256 of the
// file.
#pragma once

#include <lv2/state/state.h>

#include "lv2/plugin.hpp"

namespace nam_core::lv2 {

// Any thread except the audio thread; the audio thread may run meanwhile. Allocate.
LV2_State_Status save(Plugin& plugin, LV2_State_Store_Function store, LV2_State_Handle handle,
                      const LV2_Feature* const* features);
LV2_State_Status restore(Plugin& plugin, LV2_State_Retrieve_Function retrieve, LV2_State_Handle handle,
                         const LV2_Feature* const* features);

// Returns the data of a host's feature; null if the host does not have it.
void* feature(const LV2_Feature* const* features, const char* uri) noexcept;

}  // namespace nam_core::lv2
