// Finds the metadata in a text that is not strict JSON, and makes strict JSON of it: Python's
// format/tolerant_metadata.py.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nam_file/value.hpp"

namespace nam_core::detail::nam_file {

// A value with the key "metadata", bytes `start` to `end` of the text, and where it belongs: keys and
// indices.
struct FoundMetadata {
  std::vector<std::variant<std::string, std::size_t>> path;
  std::size_t start, end;

  // JSON location, as error messages have it.
  std::string location() const;
};

// The metadata of all models in a file, whatever is in it, as long as its quotes and brackets match.
std::vector<FoundMetadata> find_metadata(std::string_view text);

// The text with 0 in place of each of these values, and everything else where it was.
std::string without(std::string_view text, const std::vector<FoundMetadata>& found);

// Metadata with null in place of numbers that are not finite, U+FFFD in place of what is not Unicode, and
// control characters escaped. The rest is as it was, and may be no JSON for other reasons.
std::string cleaned(std::string_view metadata);

// Puts parsed metadata where it stood, if that is still there: of a key given twice the last counts.
void put(Value& document, const FoundMetadata& where, Value metadata);

}  // namespace nam_core::detail::nam_file
