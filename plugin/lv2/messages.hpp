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

// A wish of the host: that a slot plays another file, "" for none. The path lies in the message.
struct FileWish {
  player::SlotName slot;
  std::string_view path;
};

// What an event wishes, if it is a patch:Set of a slot's file. Real time.
std::optional<FileWish> file_wish(const Urids& urids, const LV2_Atom_Object& object) noexcept;

// Writes patch:Set messages about a slot, its file and its problem, at the end of a sequence. Real time; what
// has no room is left out.
void tell(LV2_Atom_Forge& forge, const Urids& urids, std::size_t slot, std::string_view path,
          std::string_view problem) noexcept;

}  // namespace nam_core::lv2
