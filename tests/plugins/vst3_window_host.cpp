// A VST3 host with a window, as window_host.cpp is one for CLAP:
//
//     vst3_window_host MODULE.so SCALE MODEL CABINET STEPS...
#include <atomic>
#include <thread>

#include "host_window.hpp"
#include "vst3_plugin.hpp"

namespace {

constexpr int kFrames = 480;
constexpr double kRate = 48000.0;

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const double scale = std::atof(argv[2]);
  Vst3Plugin plugin(argv[1], kRate, kFrames);
  std::string state = plugin.state();
  for (std::size_t i = 0; i < kSlots; ++i) state = with_value(state, kFileKeys[i], argv[3 + i]);
  if (!plugin.load_state(state)) return 5;

  HostWindow screen{XOpenDisplay(nullptr)};
  if (!screen.display) return std::puts("no X11"), 6;
  RunLoop loop;
  Frame frame(loop);
  v3_edit_controller** controller = plugin.controller();
  v3_plugin_view** view = v3_cpp_obj(controller)->create_view(controller, "editor");
  if (!view || v3_cpp_obj(view)->set_frame(view, frame.as<v3_plugin_frame>()) != V3_OK) return 7;
  v3_plugin_view_content_scale** scaling = nullptr;
  if (v3_cpp_obj_query_interface(view, v3_plugin_view_content_scale_iid, &scaling) == V3_OK) {
    v3_cpp_obj(scaling)->set_content_scale_factor(scaling, static_cast<float>(scale));
    v3_cpp_obj_unref(scaling);
  }
  v3_view_rect size{};
  if (v3_cpp_obj(view)->get_size(view, &size) != V3_OK) return 7;
  screen.open(static_cast<unsigned>(size.right - size.left), static_cast<unsigned>(size.bottom - size.top));
  if (v3_cpp_obj(view)->attached(view, reinterpret_cast<void*>(screen.parent), V3_VIEW_PLATFORM_TYPE_X11) !=
      V3_OK)
    return 8;

  std::atomic<bool> playing{true};
  std::thread audio([&] {
    for (std::int64_t t = 0; playing; t += kFrames) {
      float row[kFrames];
      write_tone(row, kFrames, kRate, t);
      float* rows[] = {row};
      plugin.process(rows, 1, kFrames);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
  screen.obey(argv + 5, argv + argc, scale, [&] { loop.run(); });
  playing = false;
  audio.join();
  std::printf("width %d\nheight %d\n", size.right - size.left, size.bottom - size.top);
  for (const char* key : kFileKeys) std::printf("%s %s\n", key, value_in(plugin.state(), key).c_str());
  for (const auto& each : plugin.parameters()) std::printf("%s %g\n", each.name.c_str(), each.value);
  v3_cpp_obj(view)->removed(view);
  v3_cpp_obj_unref(view);
  XCloseDisplay(screen.display);
}
