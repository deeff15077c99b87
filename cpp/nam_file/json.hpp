// JSON text to values. The only file that knows the library which parses it is json.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nam_file/value.hpp"

namespace nam_core::detail::nam_file {

// What is wrong with a text, and where: the place of the first byte that fits nothing.
struct SyntaxError {
  std::string what;
  std::size_t position;
};

// The value of a strict JSON text in UTF-8. Of a key given twice the last counts; whole numbers beyond 64
// bits are real. At most 1024 arrays and objects stand in each other. Allocates.
std::optional<SyntaxError> parse_json(std::string_view text, Value& value);

}  // namespace nam_core::detail::nam_file
