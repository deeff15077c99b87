// Checks the player at sample rates that are not the model's: output, latency, tails.
//
//     player_rates_check FOLDER MODEL.nam...      the check writes its files to FOLDER
#include <algorithm>

#include "player_files.hpp"

namespace {

void check_rates() {
  const double rates[][2] = {{44100, 96000}, {48000, 44100}, {96000, 48000}, {48000, 192000}, {44100, 48000}};
  for (const auto& [model, host] : rates) {
    const std::string of = std::to_string(model) + " Hz in " + std::to_string(host);
    const std::string path = file("rate.nam", linear_model(1.0, model));
    Signal sine(static_cast<std::size_t>(host / 4)), first;
    for (std::size_t t = 0; t < sine.size(); ++t)
      sine[t] =
          0.5f *
          std::sin(static_cast<float>(2.0 * 3.141592653589793 * 1000.0 * static_cast<double>(t) / host));
    for (const int block : kBlocks) {
      Player player(host, 1);
      expect(!player.load(SlotName::amp, path), of);
      const Signal out = play(player, sine, block);
      if (first.empty()) first = out;
      expect(same(out, first), of + ": the same output in blocks of " + std::to_string(block));
      const auto late = static_cast<std::size_t>(player.latency());
      expect(late > 0 && late < host / 100, of + ": latency " + std::to_string(late));
      double worst = 0.0;
      for (std::size_t t = sine.size() / 2; t < sine.size(); ++t)
        worst = std::max(worst, static_cast<double>(std::abs(out[t] - sine[t - late])));
      expect(worst < 1e-4,
             of + ": the output is late by the reported latency, error " + std::to_string(worst));
      player.set(Parameter::bypass, 1.0f);
      play(player, sine, block);
      const Signal dry = play(player, sine, block);
      expect(dry[late + 50] == sine[50], of + ": the bypass has the same latency");
    }
  }
  Player far(192000.0, 1);
  const auto words = far.load(SlotName::amp, file("far.nam", linear_model(1.0, 8000)));
  expect(words && words->find("too far apart") != std::string::npos,
         "a ratio of rates above 16 gives an error message");
  // The gain of a response is the same at every sample rate.
  Player player(96000.0, 1);
  Signal taps(400, 0.0f);
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const auto x = static_cast<float>(i);
    taps[i] = 0.0004f * x * std::exp(-0.02f * x);
  }
  player.load(SlotName::cabinet, sound_file("rate.wav", taps, 48000));
  const Signal out = play(player, Signal(4000, 0.5f), 64);
  double sum = 0.0;
  for (const float tap : taps) sum += 0.5 * tap;
  expect(std::abs(out.back() - sum) < 1e-3, "a response at twice the rate has the same gain: " +
                                                std::to_string(out.back()) + ", " + std::to_string(sum));
  expect(player.latency() == 0, "a resampled response has no latency");
}

// Returns the frames of output after the last frame of input. An impulse is the input.
std::size_t measured_tail(Player& player, float above) {
  Signal impulse(24000, 0.0f);
  impulse[0] = 0.5f;
  const Signal out = play(player, impulse, 64);
  for (std::size_t t = out.size(); t > 0; --t)
    if (std::abs(out[t - 1]) > above) return t - 1;
  return 0;
}

void check_tail(const std::vector<std::string>& models) {
  const auto tail_of = [](const Player& player) { return static_cast<std::size_t>(player.tail()); };
  Player player(48000.0, 1);
  expect(player.tail() == 0, "an empty player has no tail");
  player.load(SlotName::amp, sound_file("short.wav", Signal(100, 0.1f), 48000));
  expect(measured_tail(player, 0.0f) == 99 && player.tail() == 100, "the tail of a response is its length");
  player.load(SlotName::cabinet, sound_file("long.wav", Signal(30, 0.1f), 48000));
  player.reset();
  expect(measured_tail(player, 0.0f) == 99 + 29 && player.tail() == 100 + 30,
         "the tails of both slots add up");
  player.unload(SlotName::amp);
  player.reset();
  expect(measured_tail(player, 0.0f) == 29 && player.tail() == 30, "an unloaded slot has no tail");
  player.unload(SlotName::cabinet);
  player.load(SlotName::amp, file("gain.nam", linear_model(0.5, 48000)));
  player.reset();
  expect(measured_tail(player, 0.0f) == 0 && player.tail() == 0, "a gain has no tail");
  // A model at another rate: the converters ring after their latency. 100 dB below the impulse is silence.
  const std::string two_taps = file("tail.nam",
                                    "{\"version\": \"0.5.4\", \"architecture\": \"Linear\", \"config\": "
                                    "{\"receptive_field\": 2, \"bias\": false}, \"weights\": [0.5, 0.5], "
                                    "\"sample_rate\": 48000, \"metadata\": {}}");
  for (const double host : {44100.0, 96000.0, 192000.0}) {
    Player other(host, 1);
    other.load(SlotName::amp, two_taps);
    const std::size_t measured = measured_tail(other, 0.5e-5f);
    expect(measured > 0 && measured <= tail_of(other),
           std::to_string(host) + " Hz: tail " + std::to_string(other.tail()) + ", latency " +
               std::to_string(other.latency()) + ", measured " + std::to_string(measured));
  }
  for (const std::string& path : models) {
    if (path.find("lstm") == std::string::npos) continue;
    Player recurrent(rate_of(path), 1);
    recurrent.load(SlotName::amp, path);
    recurrent.reset();
    expect(recurrent.tail() >= rate_of(path) / 2, path + ": a recurrent model has a tail of half a second");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  folder = argv[1];
  check_rates();
  check_tail({argv + 2, argv + argc});
  return report("player_rates_check");
}
