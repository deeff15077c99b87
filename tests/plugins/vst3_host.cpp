// A VST3 host without a window: the main thread loads states while another thread processes audio.
//
//     vst3_host MODULE.so RATE IN.f32 OUT.f32 SETTINGS...      host_arguments.hpp lists the settings
//
// Parameters go by their name, with values from 0 to 1. The files of the slots are put into a state, and
// loads=N loads that state N times.
#include "audio_thread.hpp"
#include "host_arguments.hpp"
#include "vst3_plugin.hpp"

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const HostArguments arguments(argv, argc);
  const double rate = arguments.rate;
  const Signal& dry = arguments.dry;
  Vst3Plugin plugin(argv[1], rate, 4096);
  std::string state = arguments.state.empty() ? plugin.state() : contents_of(arguments.state);
  for (std::size_t i = 0; i < kSlots; ++i)
    if (!arguments.files[i].empty()) state = with_value(state, kFileKeys[i], arguments.files[i]);
  if (!plugin.load_state(state)) return 5;
  for (const auto& each : plugin.parameters())
    if (const auto value = arguments.values.find(each.name); value != arguments.values.end())
      plugin.set(each.id, value->second);
  for (int i = 0; i < arguments.rates; ++i) plugin.set_up(i % 2 ? rate : 2 * rate, i % 3 ? 4096 : 64);
  if (arguments.rates > 0) plugin.set_up(rate, 4096);

  const int channels = std::strstr(argv[1], "stereo") ? 2 : 1;
  Signal played(dry), right(dry);
  std::atomic<bool> loaded{arguments.loads == 0};
  AudioThread clock(rate, arguments.paced);
  std::thread audio([&] {
    clock.begin();
    do {
      std::copy(dry.begin(), dry.end(), played.begin());
      for (std::size_t t = 0, count; t < dry.size(); t += count) {
        count = std::min(block_at(arguments.block, t), dry.size() - t);
        float* rows[] = {played.data() + t, right.data() + t};
        clock.block(count, [&] { plugin.process(rows, channels, static_cast<int>(count)); });
      }
    } while (!loaded);
  });
  MemoryWatch memory;
  for (int i = 0; i < arguments.loads; ++i) {
    if (!plugin.load_state(state)) return 5;
    memory.note(i, arguments.loads);
  }
  loaded = true;
  audio.join();
  clock.print();
  memory.print();
  std::printf("latency %u\n", plugin.latency());
  write_signal(argv[4], played);
  if (!arguments.save.empty()) write_text(arguments.save, plugin.state());
}
