// Parses the text of a file as JSON; if it is not JSON, the error says what it is.
#pragma once

#include "nam_file/cursor.hpp"

namespace nam_core::detail::nam_file {

// The value of the text, with the part of its metadata that can be understood. Metadata that is not strict
// JSON is not an error: the trainer writes -Infinity for the loudness of a silent capture.
Value read_document(std::string_view text, std::int64_t max_bytes, Findings& findings);

}  // namespace nam_core::detail::nam_file
