// The SHA-256 of a file: by it a saved state knows its model again, wherever the file is now.
#pragma once

#include <string>
#include <string_view>

namespace nam_core::player {

// 64 hexadecimal digits.
std::string sha256_of(std::string_view contents);

}  // namespace nam_core::player
