// Finds the metadata in a text that is not strict JSON, and turns it into strict JSON, as Python's
// format/tolerant_metadata.py does.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nam_file/value.hpp"

namespace nam_core::detail::nam_file {

// The value of a key "metadata": bytes `start` to `end` of the text, and its path of keys and indices.
struct FoundMetadata {
  std::vector<std::variant<std::string, std::size_t>> path;
  std::size_t start, end;

  // The JSON location, as in error messages.
  std::string location() const;
};

// The metadata of all models in a file, whatever it contains, as long as its quotes and brackets match.
std::vector<FoundMetadata> find_metadata(std::string_view text);

// The text with each of these values replaced by 0, and everything else at its old position.
std::string without(std::string_view text, const std::vector<FoundMetadata>& found);

// Metadata with null for numbers that are not finite, U+FFFD for text that is not Unicode, and control
// characters escaped. The rest is unchanged, so the result may still not be JSON.
std::string cleaned(std::string_view metadata);

// Puts parsed metadata back at its path if the path still exists. The path of a duplicate key may be gone,
// because only its last value is kept.
void put(Value& document, const FoundMetadata& where, Value metadata);

}  // namespace nam_core::detail::nam_file
