// The state of a CLAP plug-in, as a host keeps it.
#pragma once

#include <clap/ext/state.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "player/player.hpp"

inline constexpr const char* kFileKeys[nam_core::player::kSlots] = {"file_amp", "file_cabinet"};

struct Text {
  std::string bytes;
  std::size_t at = 0;
};
inline std::int64_t read_some(const clap_istream* stream, void* to, std::uint64_t size) {
  auto& text = *static_cast<Text*>(stream->ctx);
  const std::size_t count = std::min<std::size_t>(size, text.bytes.size() - text.at);
  std::memcpy(to, text.bytes.data() + text.at, count);
  text.at += count;
  return static_cast<std::int64_t>(count);
}
inline std::int64_t write_some(const clap_ostream* stream, const void* from, std::uint64_t size) {
  static_cast<Text*>(stream->ctx)->bytes.append(static_cast<const char*>(from), size);
  return static_cast<std::int64_t>(size);
}

inline const clap_plugin_state* states_of(const clap_plugin* plugin) {
  return static_cast<const clap_plugin_state*>(plugin->get_extension(plugin, CLAP_EXT_STATE));
}
inline std::string state_of(const clap_plugin* plugin) {
  Text text;
  const clap_ostream stream{&text, write_some};
  states_of(plugin)->save(plugin, &stream);
  return text.bytes;
}
inline bool load_state(const clap_plugin* plugin, const std::string& bytes) {
  Text text{bytes};
  const clap_istream stream{&text, read_some};
  return states_of(plugin)->load(plugin, &stream);
}

// A state of DPF's is a list of keys and values, each with a zero behind it.
inline std::string with_value(std::string state, const std::string& key, const std::string& value) {
  const std::size_t at = state.find(key + '\0') + key.size() + 1;
  return state.replace(at, state.find('\0', at) - at, value);
}
inline std::string value_in(const std::string& state, const std::string& key) {
  const std::size_t at = state.find(key + '\0') + key.size() + 1;
  return state.substr(at, state.find('\0', at) - at);
}
