// The text of a file as a JSON value: what it is instead, where it is no JSON.
#pragma once

#include "nam_file/cursor.hpp"

namespace nam_core::detail::nam_file {

// The value of the text, with as much of its metadata as can be understood. Metadata that are not strict JSON
// are no error: the trainer itself writes -Infinity for the loudness of a silent capture.
Value read_document(std::string_view text, std::int64_t max_bytes, Findings& findings);

}  // namespace nam_core::detail::nam_file
