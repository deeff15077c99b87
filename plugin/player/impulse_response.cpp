#include "player/impulse_response.hpp"

#include <samplerate.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

namespace nam_core::player {

namespace {

// The same limit that every other model has.
constexpr sf_count_t kMostTaps = sf_count_t{1} << 24;
// Frames of silence before and after the taps, more than the length of the converter's filter.
constexpr int kTail = 4096;

// A file in memory, in the form in which libsndfile reads it.
struct Memory {
  std::string_view contents;
  sf_count_t at = 0;
};
Memory& memory(void* user) { return *static_cast<Memory*>(user); }
sf_count_t length(void* user) { return static_cast<sf_count_t>(memory(user).contents.size()); }
sf_count_t seek(sf_count_t offset, int whence, void* user) {
  Memory& file = memory(user);
  const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file.at : length(user);
  return file.at = std::clamp<sf_count_t>(from + offset, 0, length(user));
}
sf_count_t read(void* to, sf_count_t count, void* user) {
  Memory& file = memory(user);
  const sf_count_t given = std::clamp<sf_count_t>(length(user) - file.at, 0, count);
  std::memcpy(to, file.contents.data() + file.at, static_cast<std::size_t>(given));
  file.at += given;
  return given;
}
sf_count_t write(const void*, sf_count_t, void*) { return 0; }
sf_count_t tell(void* user) { return memory(user).at; }

Error refuse(const std::string& what) {
  return {Error::Kind::file, "a sound file is read as an impulse response; this one " + what};
}

}  // namespace

bool is_sound(std::string_view contents) noexcept {
  const std::string_view head = contents.substr(0, 4);
  const std::string_view kind = contents.size() >= 12 ? contents.substr(8, 4) : std::string_view();
  const bool wave = (head == "RIFF" || head == "RIFX" || head == "RF64" || head == "BW64") && kind == "WAVE";
  const bool aiff = head == "FORM" && kind.substr(0, 3) == "AIF";
  return wave || aiff || head == "fLaC" || head == "caff" || head == "riff" || head == ".snd";
}

Result<ImpulseResponse> read_impulse_response(std::string_view contents) {
  SF_VIRTUAL_IO calls{length, seek, read, write, tell};
  Memory source{contents};
  SF_INFO info{};
  SNDFILE* file = sf_open_virtual(&calls, SFM_READ, &info, &source);
  if (!file) return refuse(std::string("cannot be read: ") + sf_strerror(nullptr));
  std::vector<float> mixed;
  sf_count_t frames = 0;
  if (info.channels >= 1 && info.channels <= 2 && info.frames >= 1 && info.frames <= kMostTaps) {
    mixed.resize(static_cast<std::size_t>(info.frames) * static_cast<std::size_t>(info.channels));
    frames = sf_readf_float(file, mixed.data(), info.frames);
  }
  sf_close(file);
  if (info.channels < 1 || info.channels > 2)
    return refuse("has " + std::to_string(info.channels) + " channels; must have 1 or 2");
  if (info.frames > kMostTaps)
    return refuse("has " + std::to_string(info.frames) + " frames; must have at most " +
                  std::to_string(kMostTaps));
  if (frames < 1) return refuse("has no samples");
  ImpulseResponse response{static_cast<double>(info.samplerate), info.channels, static_cast<int>(frames), {}};
  for (int c = 0; c < info.channels; ++c)
    for (sf_count_t t = 0; t < frames; ++t) {
      const float tap = mixed[static_cast<std::size_t>(t * info.channels + c)];
      if (!std::isfinite(tap)) return refuse("has samples that are not finite");
      response.taps.push_back(tap);
    }
  return response;
}

Result<ImpulseResponse> at_sample_rate(const ImpulseResponse& response, double sample_rate) {
  if (sample_rate == response.sample_rate) return response;
  const double ratio = sample_rate / response.sample_rate;
  const auto frames = static_cast<sf_count_t>(std::max(1.0, std::ceil(response.frames * ratio)));
  if (frames > kMostTaps)
    return refuse("would have " + std::to_string(frames) + " taps at this host's rate; at most " +
                  std::to_string(kMostTaps));
  ImpulseResponse result{sample_rate, response.channels, static_cast<int>(frames), {}};
  for (int c = 0; c < response.channels; ++c) {
    std::vector<float> padded(static_cast<std::size_t>(response.frames + kTail), 0.0f);
    std::copy_n(response.taps.begin() + std::ptrdiff_t{c} * response.frames, response.frames, padded.begin());
    std::vector<float> made(
        static_cast<std::size_t>(std::ceil(static_cast<double>(padded.size()) * ratio)) + 1, 0.0f);
    SRC_DATA data{
        padded.data(), made.data(), static_cast<long>(padded.size()), static_cast<long>(made.size()), 0, 0, 0,
        ratio};
    if (const int error = src_simple(&data, SRC_SINC_BEST_QUALITY, 1))
      return refuse(std::string("cannot be converted to this host's sample rate: ") + src_strerror(error));
    made.resize(static_cast<std::size_t>(frames), 0.0f);
    for (const float tap : made)
      result.taps.push_back(tap * static_cast<float>(response.sample_rate / sample_rate));
  }
  return result;
}

}  // namespace nam_core::player
