// A CLAP host without a window: the main thread loads states, another one is the audio thread.
//
//     clap_host PLUGIN.clap RATE IN.f32 OUT.f32 WISHES...
//
// Wishes: block=N (0: changing), NAME=VALUE of a parameter, model=PATH and cabinet=PATH, put into a state;
// state=FILE to restore, save=FILE, loads=N of states while the sound plays, over and over.
#include <dlfcn.h>

#include <clap/entry.h>
#include <clap/ext/latency.h>
#include <clap/ext/params.h>
#include <clap/plugin-factory.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "allocations.hpp"
#include "checking.hpp"
#include "clap_states.hpp"

namespace {

void nothing(const clap_host*) {}
const clap_host_latency latency_changed{nothing};
// The latency is asked for at the end; DPF does not ask whether a host wants to hear of it.
const void* extension(const clap_host*, const char* id) {
  return std::strcmp(id, CLAP_EXT_LATENCY) == 0 ? &latency_changed : nullptr;
}
const clap_host host{CLAP_VERSION, nullptr, "nam_core's tests", "nam_core", "", "1", extension, nothing,
                     nothing,      nothing};

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
Signal read_signal(const char* path) {
  const std::string bytes = contents_of(path);
  Signal signal(bytes.size() / sizeof(float));
  std::memcpy(signal.data(), bytes.data(), signal.size() * sizeof(float));
  return signal;
}

// The parameters that a block brings, before its first frame.
std::vector<clap_event_param_value> events;
std::uint32_t event_count(const clap_input_events*) { return static_cast<std::uint32_t>(events.size()); }
const clap_event_header* event_at(const clap_input_events*, std::uint32_t i) { return &events[i].header; }
bool push_event(const clap_output_events*, const clap_event_header*) { return true; }

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const double rate = std::atof(argv[2]);
  const Signal dry = read_signal(argv[3]);
  int block = 64, loads = 0;
  std::string files[kSlots], restored, saved;
  std::map<std::string, double> values;
  for (int i = 5; i < argc; ++i) {
    const std::string wish = argv[i], key = wish.substr(0, wish.find('=')),
                      value = wish.substr(key.size() + 1);
    if (key == "block")
      block = std::stoi(value);
    else if (key == "loads")
      loads = std::stoi(value);
    else if (key == "model")
      files[0] = value;
    else if (key == "cabinet")
      files[1] = value;
    else if (key == "state")
      restored = value;
    else if (key == "save")
      saved = value;
    else
      values[key] = std::stod(value);
  }
  void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) return std::puts(dlerror()), 3;
  const auto* entry = static_cast<const clap_plugin_entry*>(dlsym(library, "clap_entry"));
  if (!entry || !entry->init(argv[1])) return 3;
  const auto* factory = static_cast<const clap_plugin_factory*>(entry->get_factory(CLAP_PLUGIN_FACTORY_ID));
  const clap_plugin_descriptor* descriptor = factory->get_plugin_descriptor(factory, 0);
  const clap_plugin* plugin = factory->create_plugin(factory, &host, descriptor->id);
  if (!plugin || !plugin->init(plugin)) return 4;
  std::printf("%s: %s\n", descriptor->id, descriptor->name);

  const auto* params = static_cast<const clap_plugin_params*>(plugin->get_extension(plugin, CLAP_EXT_PARAMS));
  const auto* latency =
      static_cast<const clap_plugin_latency*>(plugin->get_extension(plugin, CLAP_EXT_LATENCY));
  std::string wanted = restored.empty() ? state_of(plugin) : contents_of(restored);
  for (std::size_t i = 0; i < kSlots; ++i)
    if (!files[i].empty()) wanted = with_value(wanted, kFileKeys[i], files[i]);
  if (!load_state(plugin, wanted)) return 5;
  for (std::uint32_t i = 0; i < params->count(plugin); ++i) {
    clap_param_info info{};
    params->get_info(plugin, i, &info);
    const auto wish = values.find(info.name);
    if (wish == values.end()) continue;
    clap_event_param_value event{};
    event.header = {sizeof event, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE, 0};
    event.param_id = info.id;
    event.note_id = event.port_index = event.channel = event.key = -1;
    event.value = wish->second;
    events.push_back(event);
  }
  if (!plugin->activate(plugin, rate, 1, 4096)) return 6;

  Signal played(dry), right(dry);
  std::atomic<bool> loaded{loads == 0};
  double worst = 0.0;
  int late = 0;
  std::int64_t counted = 0;
  std::thread audio([&] {
    plugin->start_processing(plugin);
    const std::int64_t before = allocations();
    do {
      std::copy(dry.begin(), dry.end(), played.begin());
      for (std::size_t t = 0, count; t < dry.size(); t += count) {
        count = std::min(block_at(block, t), dry.size() - t);
        float* rows[] = {played.data() + t, right.data() + t};
        clap_audio_buffer buffer{};
        buffer.data32 = rows;
        buffer.channel_count = std::strstr(descriptor->id, "stereo") ? 2 : 1;
        const clap_input_events in{nullptr, event_count, event_at};
        const clap_output_events out{nullptr, push_event};
        clap_process process{};
        process.steady_time = -1;
        process.frames_count = static_cast<std::uint32_t>(count);
        process.audio_inputs = &buffer;
        clap_audio_buffer output = buffer;
        process.audio_outputs = &output;
        process.audio_inputs_count = process.audio_outputs_count = 1;
        process.in_events = &in;
        process.out_events = &out;
        const auto began = std::chrono::steady_clock::now();
        {
          const CountAllocations counting;
          plugin->process(plugin, &process);
        }
        const double share = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() *
                             rate / static_cast<double>(count);
        worst = std::max(worst, share);
        late += share > 0.5;
        if (loads > 0)
          std::this_thread::sleep_for(std::chrono::duration<double>((1.0 - std::min(share, 1.0)) *
                                                                    static_cast<double>(count) / rate));
      }
    } while (!loaded);
    counted = allocations() - before;
    plugin->stop_processing(plugin);
  });
  for (int i = 0; i < loads; ++i)
    if (!load_state(plugin, wanted)) return 5;
  loaded = true;
  audio.join();
  std::printf("allocations %lld\nworst block %.3f\nblocks over half their time %d\nlatency %u\n",
              static_cast<long long>(counted), worst, late, latency->get(plugin));
  std::ofstream(argv[4], std::ios::binary)
      .write(reinterpret_cast<const char*>(played.data()),
             static_cast<std::streamsize>(played.size() * sizeof(float)));
  if (!saved.empty()) write_text(saved, state_of(plugin));
  plugin->deactivate(plugin);
  plugin->destroy(plugin);
  entry->deinit();
}
