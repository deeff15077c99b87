// A VST3 host without a window: the main thread loads states, another one is the audio thread.
//
//     vst3_host MODULE.so RATE IN.f32 OUT.f32 WISHES...
//
// Wishes: block=N (0: changing), model=PATH and cabinet=PATH, put into a state; NAME=VALUE of a parameter,
// from 0 to 1; loads=N of states while the sound plays, over and over; paced=1: blocks come in time, as they
// do with loads; rates=N: so many changes of rate and of the longest block before the sound.
#include "audio_thread.hpp"
#include "checking.hpp"
#include "vst3_plugin.hpp"

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const double rate = std::atof(argv[2]);
  const Signal dry = read_signal(argv[3]);
  int block = 64, loads = 0, rates = 0;
  bool paced = false;
  std::string files[kSlots];
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
    else
      values[key] = std::stod(value);
  }
  Vst3Plugin plugin(argv[1], rate, 4096);
  std::string wanted = plugin.state();
  for (std::size_t i = 0; i < kSlots; ++i)
    if (!files[i].empty()) wanted = with_value(wanted, kFileKeys[i], files[i]);
  if (!plugin.load_state(wanted)) return 5;
  for (const auto& each : plugin.parameters())
    if (const auto wish = values.find(each.name); wish != values.end()) plugin.set(each.id, wish->second);
  for (int i = 0; i < rates; ++i) plugin.set_up(i % 2 ? rate : 2 * rate, i % 3 ? 4096 : 64);
  if (rates > 0) plugin.set_up(rate, 4096);

  const int channels = std::strstr(argv[1], "stereo") ? 2 : 1;
  Signal played(dry), right(dry);
  std::atomic<bool> loaded{loads == 0};
  AudioThread clock(rate, paced || loads > 0);
  std::thread audio([&] {
    clock.begin();
    do {
      std::copy(dry.begin(), dry.end(), played.begin());
      for (std::size_t t = 0, count; t < dry.size(); t += count) {
        count = std::min(block_at(block, t), dry.size() - t);
        float* rows[] = {played.data() + t, right.data() + t};
        clock.block(count, [&] { plugin.process(rows, channels, static_cast<int>(count)); });
      }
    } while (!loaded);
  });
  MemoryWatch memory;
  for (int i = 0; i < loads; ++i) {
    if (!plugin.load_state(wanted)) return 5;
    memory.note(i, loads);
  }
  loaded = true;
  audio.join();
  clock.print();
  memory.print();
  std::printf("latency %u\n", plugin.latency());
  write_signal(argv[4], played);
}
