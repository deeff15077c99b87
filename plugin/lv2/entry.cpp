// The functions that an LV2 host calls.
#include <lv2/core/lv2.h>

#include <cstring>
#include <new>

#include "lv2/plugin.hpp"
#include "lv2/state.hpp"

namespace nam_core::lv2 {

namespace {

Plugin& plugin(LV2_Handle handle) { return *static_cast<Plugin*>(handle); }

LV2_Handle instantiate(const LV2_Descriptor* descriptor, double rate, const char*,
                       const LV2_Feature* const* features) {
  auto* map = static_cast<LV2_URID_Map*>(feature(features, LV2_URID__map));
  auto* schedule = static_cast<LV2_Worker_Schedule*>(feature(features, LV2_WORKER__schedule));
  if (!map || !schedule || !(rate > 0.0)) return nullptr;
  return new (std::nothrow)
      Plugin(rate, std::strcmp(descriptor->URI, kStereoUri) == 0 ? 2 : 1, *map, *schedule);
}

void connect_port(LV2_Handle handle, std::uint32_t port, void* data) { plugin(handle).connect(port, data); }
void activate(LV2_Handle handle) { plugin(handle).player.reset(); }
void run(LV2_Handle handle, std::uint32_t frames) { plugin(handle).run(frames); }
void cleanup(LV2_Handle handle) { delete &plugin(handle); }

LV2_Worker_Status work(LV2_Handle handle, LV2_Worker_Respond_Function respond,
                       LV2_Worker_Respond_Handle answer, std::uint32_t size, const void* data) {
  return plugin(handle).work(respond, answer, size, data);
}
LV2_Worker_Status work_response(LV2_Handle handle, std::uint32_t size, const void* data) {
  return plugin(handle).receive(size, data);
}

LV2_State_Status save_state(LV2_Handle handle, LV2_State_Store_Function store, LV2_State_Handle state,
                            std::uint32_t, const LV2_Feature* const* features) {
  return save(plugin(handle), store, state, features);
}
LV2_State_Status restore_state(LV2_Handle handle, LV2_State_Retrieve_Function retrieve,
                               LV2_State_Handle state, std::uint32_t, const LV2_Feature* const* features) {
  return restore(plugin(handle), retrieve, state, features);
}

const void* extension_data(const char* uri) {
  static const LV2_Worker_Interface worker{work, work_response, nullptr};
  static const LV2_State_Interface state{save_state, restore_state};
  if (std::strcmp(uri, LV2_WORKER__interface) == 0) return &worker;
  if (std::strcmp(uri, LV2_STATE__interface) == 0) return &state;
  return nullptr;
}

constexpr LV2_Descriptor descriptor_of(const char* uri) {
  return {uri, instantiate, connect_port, activate, run, nullptr, cleanup, extension_data};
}
const LV2_Descriptor descriptors[] = {descriptor_of(kMonoUri), descriptor_of(kStereoUri)};

}  // namespace

}  // namespace nam_core::lv2

LV2_SYMBOL_EXPORT const LV2_Descriptor* lv2_descriptor(std::uint32_t index) {
  return index < 2 ? &nam_core::lv2::descriptors[index] : nullptr;
}
