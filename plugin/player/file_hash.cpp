#include "player/file_hash.hpp"

#include <sys/types.h>

#include <sha2.h>

namespace nam_core::player {

std::string sha256_of(std::string_view contents) {
  char digits[SHA256_DIGEST_STRING_LENGTH];
  SHA256Data(reinterpret_cast<const std::uint8_t*>(contents.data()), contents.size(), digits);
  return digits;
}

}  // namespace nam_core::player
