// Decodes the bytes of a file as UTF-8. They may be invalid.
#pragma once

#include <cstddef>
#include <string_view>

namespace nam_core::detail::nam_file {

struct CodePoint {
  char32_t value = 0;
  int bytes = 0;  // 0: there is no valid character here
};

// The character at a position inside the text: shortest form, no surrogates.
inline CodePoint code_point(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return {first, 1};
  const int bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return {};
  char32_t value = first & (0xffu >> (bytes + 1));
  for (int i = 1; i < bytes; ++i) {
    const unsigned next = byte(static_cast<std::size_t>(i));
    if ((next & 0xc0) != 0x80) return {};
    value = value << 6 | (next & 0x3f);
  }
  const bool shortest = value >= (bytes == 4 ? 0x10000u : bytes == 3 ? 0x800u : 0x80u);
  if (!shortest || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return {};
  return {value, bytes};
}

// The position of the first byte that is not UTF-8; npos if there is none.
inline std::size_t find_invalid(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const int bytes = code_point(text, at).bytes;
    if (bytes == 0) return at;
    at += static_cast<std::size_t>(bytes);
  }
  return text.npos;
}

}  // namespace nam_core::detail::nam_file
