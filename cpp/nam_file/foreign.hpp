// Recognises files that people mistake for .nam files: the error says what they are and what to do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nam_file/value.hpp"

namespace nam_core::detail::nam_file {

// A whole error message if the bytes are of a known kind of file that is not a .nam file.
std::optional<std::string> foreign_bytes(std::string_view data);
// The same for a JSON value.
std::optional<std::string> foreign_json(const Value& value);

}  // namespace nam_core::detail::nam_file
