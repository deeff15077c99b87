// A CLAP host without a window: the main thread loads states, another one is the audio thread.
//
//     clap_host PLUGIN.clap RATE IN.f32 OUT.f32 WISHES...
//
// Wishes: block=N (0: changing), NAME=VALUE of a parameter, model=PATH and cabinet=PATH, put into a state;
// state=FILE to restore, save=FILE, loads=N of states while the sound plays, over and over; paced=1: blocks
// come in time, as they do with loads; rates=N: so many changes of rate and of the longest block before the
// sound.
#include <dlfcn.h>

#include <clap/entry.h>
#include <clap/ext/latency.h>
#include <clap/ext/params.h>
#include <clap/plugin-factory.h>

#include <map>

#include "audio_thread.hpp"
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
  int block = 64, loads = 0, rates = 0;
  bool paced = false;
  std::string files[kSlots], restored, saved;
  std::map<std::string, double> values;
  for (int i = 5; i < argc; ++i) {
    const auto [key, value] = wish_in(argv[i]);
    if (key == "block")
      block = std::stoi(value);
    else if (key == "loads")
      loads = std::stoi(value);
    else if (key == "rates")
      rates = std::stoi(value);
    else if (key == "paced")
      paced = value == "1";
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
  for (int i = 0; i < rates; ++i) {
    if (!plugin->activate(plugin, i % 2 ? rate : 2 * rate, 1, i % 3 ? 4096 : 64)) return 6;
    plugin->deactivate(plugin);
  }
  if (!plugin->activate(plugin, rate, 1, 4096)) return 6;

  const std::uint32_t channels = std::strstr(descriptor->id, "stereo") ? 2 : 1;
  Signal played(dry), right(dry);
  const auto process = [&](std::size_t t, std::size_t count) {
    float* rows[] = {played.data() + t, right.data() + t};
    clap_audio_buffer buffer{};
    buffer.data32 = rows;
    buffer.channel_count = channels;
    const clap_input_events in{nullptr, event_count, event_at};
    const clap_output_events out{nullptr, push_event};
    clap_process cycle{};
    cycle.steady_time = -1;
    cycle.frames_count = static_cast<std::uint32_t>(count);
    cycle.audio_inputs = &buffer;
    clap_audio_buffer output = buffer;
    cycle.audio_outputs = &output;
    cycle.audio_inputs_count = cycle.audio_outputs_count = 1;
    cycle.in_events = &in;
    cycle.out_events = &out;
    plugin->process(plugin, &cycle);
  };
  std::atomic<bool> loaded{loads == 0};
  AudioThread clock(rate, paced || loads > 0);
  std::thread audio([&] {
    plugin->start_processing(plugin);
    clock.begin();
    do {
      std::copy(dry.begin(), dry.end(), played.begin());
      for (std::size_t t = 0, count; t < dry.size(); t += count) {
        count = std::min(block_at(block, t), dry.size() - t);
        clock.block(count, [&] { process(t, count); });
      }
    } while (!loaded);
    plugin->stop_processing(plugin);
  });
  MemoryWatch memory;
  for (int i = 0; i < loads; ++i) {
    if (!load_state(plugin, wanted)) return 5;
    memory.note(i, loads);
  }
  loaded = true;
  audio.join();
  clock.print();
  memory.print();
  std::printf("latency %u\n", latency->get(plugin));
  write_signal(argv[4], played);
  if (!saved.empty()) write_text(saved, state_of(plugin));
  plugin->deactivate(plugin);
  plugin->destroy(plugin);
  entry->deinit();
}
