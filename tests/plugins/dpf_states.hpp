// The states of DPF's plug-ins, as a host keeps them: a list of keys and values, each with a zero behind it.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "player/player.hpp"

inline constexpr const char* kFileKeys[nam_core::player::kSlots] = {"file_amp", "file_cabinet"};

struct Text {
  std::string bytes;
  std::size_t at = 0;

  // Up to `size` of the bytes that are left; returns how many.
  std::size_t read(void* to, std::size_t size) {
    const std::size_t count = std::min(size, bytes.size() - at);
    std::memcpy(to, bytes.data() + at, count);
    at += count;
    return count;
  }
};

inline std::string with_value(std::string state, const std::string& key, const std::string& value) {
  const std::size_t at = state.find(key + '\0') + key.size() + 1;
  return state.replace(at, state.find('\0', at) - at, value);
}
inline std::string value_in(const std::string& state, const std::string& key) {
  const std::size_t at = state.find(key + '\0') + key.size() + 1;
  return state.substr(at, state.find('\0', at) - at);
}
