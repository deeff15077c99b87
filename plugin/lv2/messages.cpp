#include "lv2/messages.hpp"

#include <lv2/atom/util.h>

#include <cstring>

namespace nam_core::lv2 {

Urids::Urids(LV2_URID_Map& map) {
  const auto urid = [&map](const char* uri) { return map.map(map.handle, uri); };
  atom_object = urid(LV2_ATOM__Object);
  atom_path = urid(LV2_ATOM__Path);
  atom_string = urid(LV2_ATOM__String);
  atom_urid = urid(LV2_ATOM__URID);
  patch_get = urid(LV2_PATCH__Get);
  patch_set = urid(LV2_PATCH__Set);
  patch_property = urid(LV2_PATCH__property);
  patch_value = urid(LV2_PATCH__value);
  for (std::size_t i = 0; i < player::kSlots; ++i) {
    files[i] = urid(kFileUris[i]);
    hashes[i] = urid(kHashUris[i]);
    problems[i] = urid(kProblemUris[i]);
  }
}

std::optional<FileRequest> file_request(const Urids& urids, const LV2_Atom_Object& object) noexcept {
  if (object.body.otype != urids.patch_set) return std::nullopt;
  const LV2_Atom *property = nullptr, *value = nullptr;
  lv2_atom_object_get(&object, urids.patch_property, &property, urids.patch_value, &value, 0);
  if (!property || !value || property->type != urids.atom_urid) return std::nullopt;
  if (value->type != urids.atom_path && value->type != urids.atom_string) return std::nullopt;
  const LV2_URID key = reinterpret_cast<const LV2_Atom_URID*>(property)->body;
  for (std::size_t i = 0; i < player::kSlots; ++i)
    if (key == urids.files[i]) {
      const auto* text = static_cast<const char*>(LV2_ATOM_BODY_CONST(value));
      return FileRequest{static_cast<player::SlotName>(i), {text, strnlen(text, value->size)}};
    }
  return std::nullopt;
}

namespace {

void set(LV2_Atom_Forge& forge, const Urids& urids, LV2_URID property, LV2_URID type,
         std::string_view text) noexcept {
  // An object that is cut off would be malformed, so check that the whole object fits.
  constexpr std::uint32_t kAround = 128;
  if (forge.size - forge.offset < text.size() + kAround) return;
  LV2_Atom_Forge_Frame frame;
  lv2_atom_forge_frame_time(&forge, 0);
  lv2_atom_forge_object(&forge, &frame, 0, urids.patch_set);
  lv2_atom_forge_key(&forge, urids.patch_property);
  lv2_atom_forge_urid(&forge, property);
  lv2_atom_forge_key(&forge, urids.patch_value);
  lv2_atom_forge_typed_string(&forge, type, text.data(), static_cast<std::uint32_t>(text.size()));
  lv2_atom_forge_pop(&forge, &frame);
}

}  // namespace

void tell(LV2_Atom_Forge& forge, const Urids& urids, std::size_t slot, std::string_view path,
          std::string_view problem) noexcept {
  set(forge, urids, urids.files[slot], urids.atom_path, path);
  set(forge, urids, urids.problems[slot], urids.atom_string, problem);
}

}  // namespace nam_core::lv2
