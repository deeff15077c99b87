// What the C++ reader makes of files, for tests/nam_file/compare.py.
//
// Standard input: numbers are 32 bits, little-endian. First the number of channels and of frames of a signal,
// and its float32 samples, channel after channel; then for each file the number of its bytes, and these.
// Standard output: a line of JSON for each file.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "nam_core/nam_file.hpp"

namespace {

using json = nlohmann::json;

// Models that take more are not played.
constexpr std::int64_t kMostBytes = 64 << 20, kMostMacs = 300'000;

template <class T>
bool read(T* to, std::size_t count) {
  return std::fread(to, sizeof(T), count, stdin) == count;
}

std::uint32_t crc32(const unsigned char* bytes, std::size_t count) {
  std::uint32_t crc = 0xffffffff;
  for (std::size_t i = 0; i < count; ++i) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0u);
  }
  return ~crc;
}

json described(const nam_core::Error& error) {
  constexpr const char* kKinds[] = {"file", "version", "config", "weights", "isa"};
  return {{"kind", kKinds[static_cast<int>(error.kind)]},
          {"location", error.location},
          {"message", error.message}};
}

json optional(const auto& value) { return value ? json(*value) : json(); }

struct Signal {
  std::uint32_t channels = 0, frames = 0;
  std::vector<float> samples;
};

// The hash of what a size makes of the signal, or why it was not played.
json played(const nam_core::NamFile& file, std::size_t size, const Signal& signal) {
  if (file.sizes()[size].macs_per_frame > kMostMacs || file.in_channels() > static_cast<int>(signal.channels))
    return "large";
  auto model = nam_core::Model::make(file.descriptions(), size, kMostBytes);
  if (!model)
    return model.error().message.find("would take") != std::string::npos ? json("large")
                                                                         : described(model.error());
  std::vector<float> out(static_cast<std::size_t>(file.out_channels()) * signal.frames);
  const std::ptrdiff_t frames = signal.frames;
  model->process(signal.samples.data(), frames, out.data(), frames, frames);
  return crc32(reinterpret_cast<const unsigned char*>(out.data()), out.size() * sizeof(float));
}

json check(std::string_view text, const Signal& signal) {
  const auto file = nam_core::read_nam(text);
  if (!file) return described(file.error());
  json sizes = json::array();
  for (std::size_t i = 0; i < file->sizes().size(); ++i) {
    const nam_core::Size& size = file->sizes()[i];
    sizes.push_back({size.low, size.high, size.channels, size.parameters, size.macs_per_frame,
                     optional(size.loudness), played(*file, i, signal)});
  }
  const nam_core::Metadata& metadata = file->metadata();
  return {{"version", file->version()},
          {"architecture", file->architecture()},
          {"channels", {file->in_channels(), file->out_channels()}},
          {"sample_rate", optional(file->sample_rate())},
          {"metadata",
           {optional(metadata.name), optional(metadata.modeled_by), optional(metadata.gear_type),
            optional(metadata.gear_make), optional(metadata.gear_model), optional(metadata.tone_type),
            optional(metadata.loudness), optional(metadata.gain), optional(metadata.input_level_dbu),
            optional(metadata.output_level_dbu)}},
          {"warnings", file->warnings().size()},
          {"sizes", sizes}};
}

}  // namespace

int main() {
  Signal signal;
  if (!read(&signal.channels, 1) || !read(&signal.frames, 1)) return 1;
  signal.samples.resize(std::size_t{signal.channels} * signal.frames);
  if (!read(signal.samples.data(), signal.samples.size())) return 1;
  std::string text;
  for (std::uint32_t bytes = 0; read(&bytes, 1);) {
    text.resize(bytes);
    if (!read(text.data(), bytes)) return 1;
    std::printf("%s\n", check(text, signal).dump(-1, ' ', true, json::error_handler_t::replace).c_str());
  }
  return 0;
}
