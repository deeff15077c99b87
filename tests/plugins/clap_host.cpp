// A CLAP host without a window: the main thread loads states while another thread processes audio.
//
//     clap_host PLUGIN.clap RATE IN.f32 OUT.f32 SETTINGS...      host_arguments.hpp lists the settings
//
// Parameters go by their name. The files of the slots are put into a state, and loads=N loads that state N
// times.
#include <dlfcn.h>

#include <clap/entry.h>
#include <clap/ext/latency.h>
#include <clap/ext/params.h>
#include <clap/plugin-factory.h>

#include "audio_thread.hpp"
#include "clap_states.hpp"
#include "host_arguments.hpp"

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
  const HostArguments arguments(argv, argc);
  const double rate = arguments.rate;
  const Signal& dry = arguments.dry;
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
  std::string state = arguments.state.empty() ? state_of(plugin) : contents_of(arguments.state);
  for (std::size_t i = 0; i < kSlots; ++i)
    if (!arguments.files[i].empty()) state = with_value(state, kFileKeys[i], arguments.files[i]);
  if (!load_state(plugin, state)) return 5;
  for (std::uint32_t i = 0; i < params->count(plugin); ++i) {
    clap_param_info info{};
    params->get_info(plugin, i, &info);
    const auto value = arguments.values.find(info.name);
    if (value == arguments.values.end()) continue;
    clap_event_param_value event{};
    event.header = {sizeof event, 0, CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE, 0};
    event.param_id = info.id;
    event.note_id = event.port_index = event.channel = event.key = -1;
    event.value = value->second;
    events.push_back(event);
  }
  for (int i = 0; i < arguments.rates; ++i) {
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
  std::atomic<bool> loaded{arguments.loads == 0};
  AudioThread clock(rate, arguments.paced);
  std::thread audio([&] {
    plugin->start_processing(plugin);
    clock.begin();
    do {
      std::copy(dry.begin(), dry.end(), played.begin());
      for (std::size_t t = 0, count; t < dry.size(); t += count) {
        count = std::min(block_at(arguments.block, t), dry.size() - t);
        clock.block(count, [&] { process(t, count); });
      }
    } while (!loaded);
    plugin->stop_processing(plugin);
  });
  MemoryWatch memory;
  for (int i = 0; i < arguments.loads; ++i) {
    if (!load_state(plugin, state)) return 5;
    memory.note(i, arguments.loads);
  }
  loaded = true;
  audio.join();
  clock.print();
  memory.print();
  std::printf("latency %u\n", latency->get(plugin));
  write_signal(argv[4], played);
  if (!arguments.save.empty()) write_text(arguments.save, state_of(plugin));
  plugin->deactivate(plugin);
  plugin->destroy(plugin);
  entry->deinit();
}
