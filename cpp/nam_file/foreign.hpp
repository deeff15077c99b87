// Files that people take for a .nam file: the error names what they are, and says what to do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "nam_file/value.hpp"

namespace nam_core::detail::nam_file {

// What the bytes of a file are, if they are a known kind that is no .nam file: a whole message.
std::optional<std::string> foreign_bytes(std::string_view data);
// The same of a JSON value.
std::optional<std::string> foreign_json(const Value& value);

}  // namespace nam_core::detail::nam_file
