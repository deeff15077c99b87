// Messages between the plug-in and its host: URIDs, and objects of the patch extension.
#pragma once

#include <lv2/atom/atom.h>
#include <lv2/atom/forge.h>
#include <lv2/patch/patch.h>
#include <lv2/urid/urid.h>

#include <optional>
#include <string>
#include <string_view>

#include "lv2/ports.hpp"

namespace nam_core::lv2 {

struct Urids {
  explicit Urids(LV2_URID_Map& map);

  LV2_URID atom_object, atom_path, atom_string, atom_urid, patch_get, patch_set, patch_property, patch_value;
  LV2_URID files[player::kSlots], hashes[player::kSlots], problems[player::kSlots];
};

// A request of the host that a slot loads another file; path "": unload. `path` points into the message.
struct FileRequest {
  player::SlotName slot;
  std::string_view path;
};

// Returns the request if the object is a patch:Set of a slot's file. Real time.
std::optional<FileRequest> file_request(const Urids& urids, const LV2_Atom_Object& object) noexcept;

// Appends patch:Set messages to a sequence: the slot's file and its problem. A message that does not fit is
// left out. Real time.
void tell(LV2_Atom_Forge& forge, const Urids& urids, std::size_t slot, std::string_view path,
          std::string_view problem) noexcept;

}  // namespace nam_core::lv2
