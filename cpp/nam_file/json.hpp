// Parses JSON text. Only json.cpp knows the JSON library.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nam_file/value.hpp"

namespace nam_core::detail::nam_file {

// An error in a text, and the position of the first byte that does not fit.
struct SyntaxError {
  std::string what;
  std::size_t position;
};

// Parses a strict JSON text in UTF-8. If a key occurs twice, the last value is used; integers beyond 64 bits
// become real numbers. At most 1024 arrays and objects may be nested. Allocates.
std::optional<SyntaxError> parse_json(std::string_view text, Value& value);

}  // namespace nam_core::detail::nam_file
