// The functions that the module offers to JavaScript (web/src/engine.ts): for files, players, and memory to
// pass samples through.
//
// A function that fails returns 0 and leaves the error in `answer`, as JSON. Nothing is thread-safe: a module
// has one thread.
#include <cstdlib>

#include "nam_core/nam_file.hpp"
#include "nam_file/words.hpp"
#include "wasm/export.hpp"

namespace {

using nam_core::Error;
using nam_core::Model;
using nam_core::NamFile;

std::string answer;

std::string quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      quoted += "\\u00";
      quoted += "01"[c >> 4];
      quoted += "0123456789abcdef"[c & 15];
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string number(double value) { return nam_core::detail::nam_file::shortest(value); }

std::string value(const std::optional<std::string>& text) { return text ? quoted(*text) : "null"; }
std::string value(std::optional<double> given) { return given ? number(*given) : "null"; }

template <class T, class F>
std::string list(const T& values, F form) {
  std::string text = "[";
  for (const auto& one : values) {
    if (text.size() > 1) text += ',';
    text += form(one);
  }
  return text + "]";
}

int fail(const Error& error) {
  constexpr const char* kKinds[] = {"file", "version", "config", "weights", "isa"};
  answer = "{\"kind\":" + quoted(kKinds[static_cast<int>(error.kind)]) +
           ",\"location\":" + quoted(error.location) + ",\"message\":" + quoted(error.message) + "}";
  return 0;
}

std::string describe(const NamFile& file) {
  const nam_core::Metadata& metadata = file.metadata();
  const auto size = [](const nam_core::Size& one) {
    return "{\"low\":" + number(one.low) + ",\"high\":" + number(one.high) +
           ",\"channels\":" + list(one.channels, [](int channels) { return std::to_string(channels); }) +
           ",\"parameters\":" + std::to_string(one.parameters) +
           ",\"macsPerFrame\":" + std::to_string(one.macs_per_frame) +
           ",\"loudness\":" + value(one.loudness) + "}";
  };
  return "{\"version\":" + quoted(file.version()) + ",\"architecture\":" + quoted(file.architecture()) +
         ",\"inputChannels\":" + std::to_string(file.in_channels()) +
         ",\"outputChannels\":" + std::to_string(file.out_channels()) +
         ",\"sampleRate\":" + value(file.sample_rate()) + ",\"metadata\":{\"name\":" + value(metadata.name) +
         ",\"modeledBy\":" + value(metadata.modeled_by) + ",\"gearType\":" + value(metadata.gear_type) +
         ",\"gearMake\":" + value(metadata.gear_make) + ",\"gearModel\":" + value(metadata.gear_model) +
         ",\"toneType\":" + value(metadata.tone_type) + ",\"loudness\":" + value(metadata.loudness) +
         ",\"gain\":" + value(metadata.gain) + ",\"inputLevelDbu\":" + value(metadata.input_level_dbu) +
         ",\"outputLevelDbu\":" + value(metadata.output_level_dbu) +
         "},\"warnings\":" + list(file.warnings(), [](const std::string& one) { return quoted(one); }) +
         ",\"sizes\":" + list(file.sizes(), size) + "}";
}

}  // namespace

NAM_CORE_EXPORT(nam_allocate) void* nam_allocate(std::size_t bytes) { return std::malloc(bytes); }
NAM_CORE_EXPORT(nam_free) void nam_free(void* memory) { std::free(memory); }
NAM_CORE_EXPORT(nam_answer) const char* nam_answer() { return answer.data(); }
NAM_CORE_EXPORT(nam_answer_bytes) std::size_t nam_answer_bytes() { return answer.size(); }

// Reads the text of a file. `answer` describes the file.
NAM_CORE_EXPORT(nam_read)
NamFile* nam_read(const char* text, std::size_t bytes, int oldest_first, double max_bytes) {
  nam_core::ReadOptions options;
  if (oldest_first) options.linear_taps = nam_core::LinearTaps::oldest_first;
  options.max_bytes = static_cast<std::int64_t>(max_bytes);
  auto file = nam_core::read_nam({text, bytes}, options);
  if (!file) return fail(file.error()), nullptr;
  answer = describe(*file);
  return new NamFile(*std::move(file));
}
NAM_CORE_EXPORT(nam_close_file) void nam_close_file(NamFile* file) { delete file; }

// Creates a player of one size of a file, which must outlive it. `answer` has the player's properties.
NAM_CORE_EXPORT(nam_open) Model* nam_open(const NamFile* file, int size, double max_bytes) {
  auto model =
      Model::make(file->descriptions(), static_cast<std::size_t>(size), static_cast<std::int64_t>(max_bytes));
  if (!model) return fail(model.error()), nullptr;
  answer = "{\"isa\":" + quoted(model->isa()) +
           ",\"receptiveField\":" + std::to_string(model->receptive_field()) +
           ",\"memoryBytes\":" + std::to_string(model->memory_bytes()) + "}";
  return new Model(*std::move(model));
}
NAM_CORE_EXPORT(nam_close) void nam_close(Model* model) { delete model; }

// Planar: channel i begins at in + i * stride, and out + i * stride. Real time.
NAM_CORE_EXPORT(nam_process)
void nam_process(Model* model, const float* in, float* out, int stride, int frames) {
  model->process(in, stride, out, stride, frames);
}
NAM_CORE_EXPORT(nam_reset) void nam_reset(Model* model) { model->reset(); }
NAM_CORE_EXPORT(nam_set_size) void nam_set_size(Model* model, int size, int fade_frames) {
  model->set_size(static_cast<std::size_t>(size), fade_frames);
}
