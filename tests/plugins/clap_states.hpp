// The state of a CLAP plug-in, as a host keeps it.
#pragma once

#include <clap/ext/state.h>

#include "dpf_states.hpp"

inline std::int64_t read_some(const clap_istream* stream, void* to, std::uint64_t size) {
  return static_cast<std::int64_t>(static_cast<Text*>(stream->ctx)->read(to, size));
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
