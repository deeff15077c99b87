// Files that the player's checks write, and comparisons that they share.
#pragma once

#include <sndfile.h>

#include <cstring>
#include <string>

#include "checking.hpp"

// The folder that the files go to.
inline std::string folder;

inline std::string file(const std::string& name, const std::string& text) {
  write_text(folder + "/" + name, text);
  return folder + "/" + name;
}

inline std::string sound_file(const std::string& name, const Signal& samples, int rate, int channels = 1) {
  SF_INFO info{};
  info.samplerate = rate;
  info.channels = channels;
  info.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  const std::string path = folder + "/" + name;
  SNDFILE* made = sf_open(path.c_str(), SFM_WRITE, &info);
  sf_write_float(made, samples.data(), static_cast<sf_count_t>(samples.size()));
  sf_close(made);
  return path;
}

inline bool same(const Signal& a, const Signal& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), 4 * a.size()) == 0;
}

inline double rate_of(const std::string& path) { return (*Capture::read(path))->sample_rate(); }
