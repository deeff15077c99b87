// The SHA-256 of a file. A saved state finds its model by the hash when the file has moved.
#pragma once

#include <string>
#include <string_view>

namespace nam_core::player {

// Returns 64 hexadecimal digits.
std::string sha256_of(std::string_view contents);

}  // namespace nam_core::player
