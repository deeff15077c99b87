// What plugin_bench and neural_audio_bench share: blocks of 64 frames, the opening of a plug-in, a map of
// URIs, and a clock.
#pragma once

#include <dlfcn.h>
#include <lv2/core/lv2.h>
#include <lv2/urid/urid.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <map>
#include <string>
#include <vector>

constexpr int kBlock = 64, kTimedBlocks = 50, kRounds = 401;
constexpr double kRate = 48000.0;

inline LV2_URID map_uri(LV2_URID_Map_Handle, const char* uri) {
  static std::map<std::string, LV2_URID> ids;
  return ids.emplace(uri, static_cast<LV2_URID>(ids.size() + 1)).first->second;
}

// The first plug-in of a shared library; null if there is none.
inline const LV2_Descriptor* open_plugin(const char* path) {
  void* library = dlopen(path, RTLD_NOW);
  using Descriptors = const LV2_Descriptor* (*)(std::uint32_t);
  const auto descriptors =
      library ? reinterpret_cast<Descriptors>(dlsym(library, "lv2_descriptor")) : nullptr;
  return descriptors ? descriptors(0) : nullptr;
}

template <class Interface>
const Interface& extension(const LV2_Descriptor& plugin, const char* uri) {
  return *static_cast<const Interface*>(plugin.extension_data(uri));
}

// The thread's own processor time, so that other programs disturb little.
inline double thread_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

// Returns nanoseconds per frame.
template <class Call>
double time_blocks(Call call) {
  const double began = thread_nanoseconds();
  for (int block = 0; block < kTimedBlocks; ++block) call();
  return (thread_nanoseconds() - began) / (kTimedBlocks * kBlock);
}

inline double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + kRounds / 2, values.end());
  return values[kRounds / 2];
}

// How many instances one core plays in time.
inline double instances(double nanoseconds) { return std::floor(1e9 / kRate / nanoseconds); }
