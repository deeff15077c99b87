// A CLAP host with a window: it shows the plug-in's in one of X11, plays a tone, and turns keys and clicks
// into X11's events.
//
//     window_host PLUGIN.clap SCALE MODEL CABINET STEPS...
//
// Empty names load nothing. host_window.hpp names the steps. At the end: what the state names, and the
// parameters.
#include <clap/entry.h>
#include <clap/ext/gui.h>
#include <clap/ext/latency.h>
#include <clap/ext/params.h>
#include <clap/ext/timer-support.h>
#include <clap/plugin-factory.h>
#include <dlfcn.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "clap_states.hpp"
#include "host_window.hpp"

namespace {

constexpr int kFrames = 480;
constexpr double kRate = 48000.0;

void nothing(const clap_host*) {}
bool resized(const clap_host*, std::uint32_t, std::uint32_t) { return true; }
bool yes(const clap_host*) { return true; }
void closed(const clap_host*, bool) {}
bool timer_wanted(const clap_host*, std::uint32_t, clap_id* id) { return *id = 1, true; }
bool timer_done(const clap_host*, clap_id) { return true; }
const clap_host_latency latency_changed{nothing};
const clap_host_gui window_changed{nothing, resized, yes, yes, closed};
const clap_host_timer_support timers{timer_wanted, timer_done};
const void* extension(const clap_host*, const char* id) {
  if (std::strcmp(id, CLAP_EXT_LATENCY) == 0) return &latency_changed;
  if (std::strcmp(id, CLAP_EXT_GUI) == 0) return &window_changed;
  if (std::strcmp(id, CLAP_EXT_TIMER_SUPPORT) == 0) return &timers;
  return nullptr;
}
const clap_host host{CLAP_VERSION, nullptr, "nam_core's tests", "nam_core", "", "1", extension, nothing,
                     nothing,      nothing};

std::uint32_t no_events(const clap_input_events*) { return 0; }
const clap_event_header* no_event(const clap_input_events*, std::uint32_t) { return nullptr; }
bool push_event(const clap_output_events*, const clap_event_header*) { return true; }

// The audio thread, in real time.
void play_tone(const clap_plugin* plugin, const std::atomic<bool>& wanted) {
  plugin->start_processing(plugin);
  for (std::int64_t t = 0; wanted; t += kFrames) {
    float row[kFrames];
    write_tone(row, kFrames, kRate, t);
    float* rows[] = {row};
    clap_audio_buffer buffer{};
    buffer.data32 = rows;
    buffer.channel_count = 1;
    clap_audio_buffer output = buffer;
    const clap_input_events in{nullptr, no_events, no_event};
    const clap_output_events out{nullptr, push_event};
    clap_process process{};
    process.steady_time = -1;
    process.frames_count = kFrames;
    process.audio_inputs = &buffer;
    process.audio_outputs = &output;
    process.audio_inputs_count = process.audio_outputs_count = 1;
    process.in_events = &in;
    process.out_events = &out;
    plugin->process(plugin, &process);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  plugin->stop_processing(plugin);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const double scale = std::atof(argv[2]);
  void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) return std::puts(dlerror()), 3;
  const auto* entry = static_cast<const clap_plugin_entry*>(dlsym(library, "clap_entry"));
  if (!entry || !entry->init(argv[1])) return 3;
  const auto* factory = static_cast<const clap_plugin_factory*>(entry->get_factory(CLAP_PLUGIN_FACTORY_ID));
  const clap_plugin* plugin =
      factory->create_plugin(factory, &host, factory->get_plugin_descriptor(factory, 0)->id);
  if (!plugin || !plugin->init(plugin)) return 4;
  std::string state = state_of(plugin);
  for (std::size_t i = 0; i < kSlots; ++i) state = with_value(state, kFileKeys[i], argv[3 + i]);
  if (!load_state(plugin, state) || !plugin->activate(plugin, kRate, 1, kFrames)) return 5;

  HostWindow screen{XOpenDisplay(nullptr)};
  if (!screen.display) return std::puts("no X11"), 6;
  const auto* gui = static_cast<const clap_plugin_gui*>(plugin->get_extension(plugin, CLAP_EXT_GUI));
  const auto* timer =
      static_cast<const clap_plugin_timer_support*>(plugin->get_extension(plugin, CLAP_EXT_TIMER_SUPPORT));
  std::uint32_t width = 0, height = 0;
  if (!gui->create(plugin, CLAP_WINDOW_API_X11, false) || !gui->set_scale(plugin, scale) ||
      !gui->get_size(plugin, &width, &height))
    return 7;
  screen.open(width, height);
  clap_window window{CLAP_WINDOW_API_X11, {}};
  window.x11 = screen.parent;
  if (!gui->set_parent(plugin, &window) || !gui->show(plugin)) return 8;

  std::atomic<bool> playing{true};
  std::thread audio([&] { play_tone(plugin, playing); });
  screen.obey(argv + 5, argv + argc, scale, [&] { timer->on_timer(plugin, 1); });
  playing = false;
  audio.join();
  std::printf("width %u\nheight %u\n", width, height);
  for (const char* key : kFileKeys) std::printf("%s %s\n", key, value_in(state_of(plugin), key).c_str());
  const auto* params = static_cast<const clap_plugin_params*>(plugin->get_extension(plugin, CLAP_EXT_PARAMS));
  for (std::uint32_t i = 0; i < params->count(plugin); ++i) {
    clap_param_info info{};
    double value = 0.0;
    params->get_info(plugin, i, &info);
    params->get_value(plugin, info.id, &value);
    std::printf("%s %g\n", info.name, value);
  }
  gui->hide(plugin);
  gui->destroy(plugin);
  plugin->deactivate(plugin);
  plugin->destroy(plugin);
  entry->deinit();
  XCloseDisplay(screen.display);
}
