#include "lv2/state.hpp"

#include <cstdlib>
#include <cstring>
#include <string>

namespace nam_core::lv2 {

namespace {

// Converts a path to the form that a state keeps, or back, with the host's functions.
class PathMap {
 public:
  explicit PathMap(const LV2_Feature* const* features)
      : map_(static_cast<LV2_State_Map_Path*>(feature(features, LV2_STATE__mapPath))),
        free_(static_cast<LV2_State_Free_Path*>(feature(features, LV2_STATE__freePath))) {}

  std::string abstract_path(const std::string& path) const {
    return map_ ? taken(map_->abstract_path(map_->handle, path.c_str()), path) : path;
  }
  std::string absolute_path(const std::string& path) const {
    return map_ ? taken(map_->absolute_path(map_->handle, path.c_str()), path) : path;
  }

 private:
  std::string taken(char* made, const std::string& otherwise) const {
    if (!made) return otherwise;
    std::string path(made);
    if (free_)
      free_->free_path(free_->handle, made);
    else
      std::free(made);
    return path;
  }

  const LV2_State_Map_Path* map_;
  const LV2_State_Free_Path* free_;
};

std::string text_of(LV2_State_Retrieve_Function retrieve, LV2_State_Handle handle, LV2_URID key) {
  std::size_t size = 0;
  std::uint32_t type = 0, flags = 0;
  const auto* text = static_cast<const char*>(retrieve(handle, key, &size, &type, &flags));
  return text ? std::string(text, strnlen(text, size)) : std::string();
}

}  // namespace

void* feature(const LV2_Feature* const* features, const char* uri) noexcept {
  for (; features && *features; ++features)
    if (std::strcmp((*features)->URI, uri) == 0) return (*features)->data;
  return nullptr;
}

LV2_State_Status save(Plugin& plugin, LV2_State_Store_Function store, LV2_State_Handle handle,
                      const LV2_Feature* const* features) {
  const PathMap map(features);
  for (std::size_t i = 0; i < player::kSlots; ++i) {
    const player::SavedFile saved = plugin.player.saved(static_cast<player::SlotName>(i));
    if (saved.path.empty()) continue;
    const std::string path = map.abstract_path(saved.path);
    const std::uint32_t flags = LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE;
    const Urids& urids = plugin.urids;
    if (const auto status =
            store(handle, urids.files[i], path.c_str(), path.size() + 1, urids.atom_path, flags))
      return status;
    if (const auto status = store(handle, urids.hashes[i], saved.sha256.c_str(), saved.sha256.size() + 1,
                                  urids.atom_string, flags))
      return status;
  }
  return LV2_STATE_SUCCESS;
}

// A file that cannot be loaded is not an error here: the state keeps its path, and the plug-in reports the
// problem.
LV2_State_Status restore(Plugin& plugin, LV2_State_Retrieve_Function retrieve, LV2_State_Handle handle,
                         const LV2_Feature* const* features) {
  const PathMap map(features);
  for (std::size_t i = 0; i < player::kSlots; ++i) {
    std::string path = text_of(retrieve, handle, plugin.urids.files[i]);
    if (!path.empty()) path = map.absolute_path(path);
    plugin.player.restore(static_cast<player::SlotName>(i),
                          {path, text_of(retrieve, handle, plugin.urids.hashes[i])});
  }
  plugin.request_report();
  return LV2_STATE_SUCCESS;
}

}  // namespace nam_core::lv2
