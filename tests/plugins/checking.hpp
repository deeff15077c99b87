// What the check programs share: signals, block lengths, and a count of failed checks.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "player/player.hpp"

using namespace nam_core::player;
using Signal = std::vector<float>;

inline int failures = 0;

inline void expect(bool holds, const std::string& what) {
  if (!holds) {
    std::printf("FAILED: %s\n", what.c_str());
    ++failures;
  }
}

inline Signal noise(std::size_t frames, float level = 0.5f, std::uint32_t seed = 1) {
  Signal made(frames);
  for (float& sample : made) {
    seed = seed * 1664525u + 1013904223u;
    sample = level * static_cast<float>(static_cast<std::int32_t>(seed)) / 2147483648.0f;
  }
  return made;
}

// Frames per call; 0: a length that changes with every call.
inline constexpr int kBlocks[] = {1, 17, 64, 1024, 0};

inline std::size_t block_at(int block, std::size_t t) {
  return block > 0 ? static_cast<std::size_t>(block) : 1 + t * 7919 % 500;
}

// Plays a signal through a mono player and returns the output.
inline Signal play(Player& player, Signal signal, int block) {
  for (std::size_t t = 0, count; t < signal.size(); t += count) {
    count = std::min(block_at(block, t), signal.size() - t);
    float* row = signal.data() + t;
    const float* in = row;
    player.process(&in, &row, static_cast<std::ptrdiff_t>(count));
  }
  return signal;
}

inline void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}
inline std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Signals in files are raw float32.
inline Signal read_signal(const char* path) {
  const std::string bytes = contents_of(path);
  Signal signal(bytes.size() / sizeof(float));
  std::memcpy(signal.data(), bytes.data(), signal.size() * sizeof(float));
  return signal;
}
inline void write_signal(const char* path, const Signal& signal) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(signal.data()),
             static_cast<std::streamsize>(signal.size() * sizeof(float)));
}

// Splits an argument NAME=VALUE of a host.
inline std::pair<std::string, std::string> setting_in(const std::string& argument) {
  const std::size_t at = std::min(argument.find('='), argument.size());
  return {argument.substr(0, at), argument.substr(std::min(at + 1, argument.size()))};
}

// Returns a .nam file: a Linear model that multiplies by `gain`.
inline std::string linear_model(double gain, double sample_rate, const std::string& metadata = "{}") {
  return "{\"version\": \"0.5.4\", \"architecture\": \"Linear\", \"config\": {\"receptive_field\": 1, "
         "\"bias\": false}, "
         "\"weights\": [" +
         std::to_string(gain) + "], \"sample_rate\": " + std::to_string(sample_rate) +
         ", \"metadata\": " + metadata + "}";
}

inline int report(const char* program) {
  std::printf("%s: %s\n", program,
              failures == 0 ? "all checks passed" : (std::to_string(failures) + " failed").c_str());
  return failures > 0;
}
