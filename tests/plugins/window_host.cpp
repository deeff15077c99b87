// A CLAP host with a window: it shows the plug-in's in one of X11, plays a tone, and turns keys and clicks
// into X11's events.
//
//     window_host PLUGIN.clap SCALE MODEL CABINET STEPS...
//
// Empty names load nothing. Steps, in order: key=NAME of X11's, shift+key=NAME, click=X,Y in the window's
// units, picture=FILE.ppm, windows (prints how many there are on the screen). At the end: what the state
// names, and the parameters.
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <clap/entry.h>
#include <clap/ext/gui.h>
#include <clap/ext/latency.h>
#include <clap/ext/params.h>
#include <clap/ext/timer-support.h>
#include <clap/plugin-factory.h>
#include <dlfcn.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>

#include "checking.hpp"
#include "clap_states.hpp"

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

// The audio thread: a tone of 220 Hz at -12 dB, in real time.
void play_tone(const clap_plugin* plugin, const std::atomic<bool>& wanted) {
  plugin->start_processing(plugin);
  for (std::int64_t t = 0; wanted; t += kFrames) {
    float row[kFrames];
    for (int i = 0; i < kFrames; ++i)
      row[i] = static_cast<float>(0.25 * std::sin(2.0 * M_PI * 220.0 * static_cast<double>(t + i) / kRate));
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

// X11's side: the host's window, and the plug-in's in it.
struct HostWindow {
  Display* display;
  Window parent = 0;

  Window plugin_window() const {
    Window root = 0, above = 0, *children = nullptr;
    unsigned count = 0;
    XQueryTree(display, parent, &root, &above, &children, &count);
    const Window found = count ? children[0] : 0;
    if (children) XFree(children);
    return found;
  }
  unsigned windows() const {
    Window root = 0, above = 0, *children = nullptr;
    unsigned count = 0, shown = 0;
    XQueryTree(display, DefaultRootWindow(display), &root, &above, &children, &count);
    for (unsigned i = 0; i < count; ++i) {
      XWindowAttributes attributes{};
      XGetWindowAttributes(display, children[i], &attributes);
      shown += attributes.map_state == IsViewable;
    }
    if (children) XFree(children);
    return shown;
  }
  void key(const std::string& name, unsigned modifiers) const {
    XEvent event{};
    event.xkey.display = display;
    event.xkey.window = event.xkey.subwindow = plugin_window();
    event.xkey.root = DefaultRootWindow(display);
    event.xkey.state = modifiers;
    event.xkey.keycode = XKeysymToKeycode(display, XStringToKeysym(name.c_str()));
    event.xkey.same_screen = True;
    for (const int type : {KeyPress, KeyRelease}) {
      event.type = type;
      XSendEvent(display, event.xkey.window, True, type == KeyPress ? KeyPressMask : KeyReleaseMask, &event);
    }
    XFlush(display);
  }
  void click(int x, int y) const {
    XEvent event{};
    event.xbutton.display = display;
    event.xbutton.window = event.xbutton.subwindow = plugin_window();
    event.xbutton.root = DefaultRootWindow(display);
    event.xbutton.x = event.xbutton.x_root = x;
    event.xbutton.y = event.xbutton.y_root = y;
    event.xbutton.button = Button1;
    event.xbutton.same_screen = True;
    for (const int type : {ButtonPress, ButtonRelease}) {
      event.type = type;
      XSendEvent(display, event.xbutton.window, True,
                 type == ButtonPress ? ButtonPressMask : ButtonReleaseMask, &event);
    }
    XFlush(display);
  }
  void picture(const std::string& path) const {
    XWindowAttributes shown{};
    XGetWindowAttributes(display, parent, &shown);
    XImage* image = XGetImage(display, parent, 0, 0, static_cast<unsigned>(shown.width),
                              static_cast<unsigned>(shown.height), AllPlanes, ZPixmap);
    std::string bytes = "P6 " + std::to_string(shown.width) + " " + std::to_string(shown.height) + " 255\n";
    for (int y = 0; y < shown.height; ++y)
      for (int x = 0; x < shown.width; ++x)
        for (const int shift : {16, 8, 0}) bytes += static_cast<char>(XGetPixel(image, x, y) >> shift & 255);
    XDestroyImage(image);
    write_text(path, bytes);
  }
};

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
  screen.parent =
      XCreateSimpleWindow(screen.display, DefaultRootWindow(screen.display), 0, 0, width, height, 0, 0, 0);
  XMapWindow(screen.display, screen.parent);
  XSync(screen.display, False);
  clap_window window{CLAP_WINDOW_API_X11, {}};
  window.x11 = screen.parent;
  if (!gui->set_parent(plugin, &window) || !gui->show(plugin)) return 8;

  std::atomic<bool> playing{true};
  std::thread audio([&] { play_tone(plugin, playing); });
  const auto idle = [&] {
    for (int i = 0; i < 20; ++i) {
      timer->on_timer(plugin, 1);
      std::this_thread::sleep_for(std::chrono::milliseconds(16));
    }
    XSync(screen.display, False);
  };
  idle();
  for (int i = 5; i < argc; ++i) {
    const std::string step = argv[i], what = step.substr(0, step.find('=')),
                      value = step.substr(std::min(step.size(), what.size() + 1));
    if (what == "key") screen.key(value, 0);
    if (what == "shift+key") screen.key(value, ShiftMask);
    if (what == "click")
      screen.click(static_cast<int>(scale * std::stoi(value)),
                   static_cast<int>(scale * std::stoi(value.substr(value.find(',') + 1))));
    if (what == "picture") screen.picture(value);
    if (what == "windows") std::printf("windows %u\n", screen.windows());
    idle();
  }
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
