// Checks what the player plays: bits, channels, sizes, fades, the gate, levels. player_rates_check has sample
// rates and tails, player_state_check errors and states, player_realtime_check real time.
//
//     player_check FOLDER MODEL.nam...      the check writes its files to FOLDER
#ifdef __SSE2__
#include <xmmintrin.h>
#endif

#include <algorithm>

#include "player/clock.hpp"
#include "player/governor.hpp"
#include "player_files.hpp"

namespace {

// Returns the output of the engine without the player.
Signal engine(const std::string& path, Signal signal) {
  auto capture = Capture::read(path);
  expect(static_cast<bool>(capture), path);
  std::vector<nam_core::ModelDescription> sizes;
  if (const auto* response = (*capture)->response()) {
    nam_core::ModelDescription one;
    one.config = nam_core::LinearConfig{1, response->channels, response->frames, false};
    one.weights = response->taps;
    sizes = {one};
  } else {
    sizes.assign((*capture)->file()->descriptions().begin(), (*capture)->file()->descriptions().end());
  }
  auto model = nam_core::Model::make(sizes, sizes.size() - 1);
  Signal out(signal.size() * static_cast<std::size_t>(model->out_channels()));
  model->process(signal.data(), out.data(), static_cast<std::ptrdiff_t>(signal.size()));
  out.resize(signal.size());
  return out;
}

void check_bits(const std::vector<std::string>& models) {
  const Signal dry = noise(6000);
  const std::string cabinet = sound_file("bits.wav", noise(700, 0.1f, 7), 48000);
  for (const std::string& path : models) {
    auto capture = Capture::read(path);
    if (!capture) {
      expect(capture.error().message.find("inputs") != std::string::npos, capture.error().message);
      continue;
    }
    const Signal amp = engine(path, dry), both = engine(cabinet, amp);
    for (const int block : kBlocks) {
      Player player(rate_of(path), 1);
      expect(!player.load(SlotName::amp, path), path);
      expect(same(play(player, dry, block), amp),
             path + ": the engine's bits in blocks of " + std::to_string(block));
      // A reset returns to the start state.
      player.reset();
      expect(same(play(player, dry, block), amp), path + ": the engine's bits after a reset");
    }
    if (rate_of(path) != 48000.0) continue;
    Player player(48000.0, 1);
    player.load(SlotName::amp, path);
    player.load(SlotName::cabinet, cabinet);
    expect(same(play(player, dry, 64), both), path + ": the engine's bits with a cabinet");
  }
}

void check_channels(const std::string& path) {
  const Signal left = noise(3000), right = noise(3000, 0.3f, 9);
  Player player(48000.0, 2);
  player.load(SlotName::amp, path);
  Signal a = left, b = right;
  const float* in[] = {a.data(), b.data()};
  float* out[] = {a.data(), b.data()};
  player.process(in, out, 3000);
  expect(same(a, engine(path, left)) && same(b, engine(path, right)),
         "each of two channels has its own model");
  Signal taps(40);
  for (std::size_t i = 0; i < taps.size(); ++i)
    taps[i] = i % 2 == 0 ? 1.0f / static_cast<float>(i + 1) : 0.25f;
  const std::string stereo = sound_file("stereo.wav", taps, 48000, 2);
  Player cabinet(48000.0, 2);
  expect(!cabinet.load(SlotName::cabinet, stereo), "a stereo response loads");
  Signal impulse(20, 0.0f), same_impulse(20, 0.0f);
  impulse[0] = same_impulse[0] = 1.0f;
  const float* ins[] = {impulse.data(), same_impulse.data()};
  float* outs[] = {impulse.data(), same_impulse.data()};
  cabinet.process(ins, outs, 20);
  expect(impulse[2] == taps[4] && same_impulse[2] == taps[5],
         "each channel plays its half of a stereo response");
}

void check_sizes(const std::string& path) {
  const Signal dry = noise(40000);
  Player player(48000.0, 1);
  player.set(Parameter::quality, 0.0f);
  player.load(SlotName::amp, path);
  expect(player.info(SlotName::amp).sizes > 1 && player.info(SlotName::amp).size == 0,
         "the quality selects a size");
  Signal head(dry.begin(), dry.begin() + 10000), tail(dry.begin() + 10000, dry.end());
  play(player, head, 64);
  player.set(Parameter::quality, 1.0f);
  expect(player.wants_tending(), "after a new quality, wants_tending() is true");
  player.tend();
  expect(!player.wants_tending(), "tended");
  const Signal played = play(player, tail, 64), full = engine(path, dry);
  expect(same({played.end() - 20000, played.end()}, {full.end() - 20000, full.end()}),
         "after a change of size the output has the new size's bits");
}

// Returns the largest difference between neighbouring samples.
float steepest(const Signal& signal) {
  float most = 0.0f;
  for (std::size_t t = 1; t < signal.size(); ++t) most = std::max(most, std::abs(signal[t] - signal[t - 1]));
  return most;
}

void check_fades() {
  Signal sine(9600);
  for (std::size_t t = 0; t < sine.size(); ++t) sine[t] = 0.5f * std::sin(0.02f * static_cast<float>(t));
  const float plain = steepest(sine);
  Player player(48000.0, 1);
  player.load(SlotName::amp, file("one.nam", linear_model(1.0, 48000)));
  Signal out;
  const auto go_on = [&](std::size_t frames) {
    const Signal more = play(player,
                             Signal(sine.begin() + static_cast<std::ptrdiff_t>(out.size()),
                                    sine.begin() + static_cast<std::ptrdiff_t>(out.size() + frames)),
                             64);
    out.insert(out.end(), more.begin(), more.end());
  };
  go_on(1000);
  expect(same(out, Signal(sine.begin(), sine.begin() + 1000)), "a gain of one changes no bit");
  player.load(SlotName::amp, file("minus.nam", linear_model(-0.5, 48000)));
  go_on(1500);
  expect(out.back() == -0.5f * sine[out.size() - 1], "after the fade the new model plays");
  player.set(Parameter::input, 6.0f);
  go_on(1500);
  expect(out.back() == factor_of(6.0f) * sine[out.size() - 1] * -0.5f, "the input gain is applied");
  player.set(Parameter::input, 0.0f);
  player.set(Parameter::bypass, 1.0f);
  go_on(1500);
  expect(out.back() == sine[out.size() - 1], "a bypass has the input's bits");
  player.set(Parameter::bypass, 0.0f);
  go_on(1500);
  expect(out.back() == -0.5f * sine[out.size() - 1], "after the bypass the model plays");
  player.unload(SlotName::amp);
  go_on(1500);
  expect(out.back() == sine[out.size() - 1], "an empty slot lets the signal through");
  expect(steepest(out) < 2.0f * plain + 0.004f,
         "no change clicks; largest step: " + std::to_string(steepest(out)));
}

void check_gate() {
  Player player(48000.0, 1);
  player.set(Parameter::gate, -40.0f);
  Signal signal(48000, 0.0f);
  for (std::size_t t = 0; t < signal.size(); ++t)
    signal[t] = (t < 12000 || t > 36000 ? 0.5f : 0.001f) * (t % 2 ? 1.0f : -1.0f);
  Signal first;
  for (const int block : kBlocks) {
    player.reset();
    const Signal out = play(player, signal, block);
    if (first.empty()) first = out;
    expect(same(out, first), "the gate's output does not depend on block lengths");
  }
  expect(std::equal(first.begin(), first.begin() + 12000, signal.begin()), "an open gate changes no bit");
  expect(first[30000] == 0.0f, "a closed gate is silent");
  expect(first[40000] == signal[40000], "a closed gate opens again");
}

void check_levels() {
  const std::string told =
      file("told.nam",
           linear_model(1.0, 48000,
                        "{\"loudness\": -24.0, \"input_level_dbu\": 18.0, \"output_level_dbu\": 10.0}"));
  const Signal dry = noise(4800);
  const auto gain_with = [&](Levels levels) {
    Player player(48000.0, 1);
    player.set(Parameter::levels, static_cast<float>(levels));
    player.load(SlotName::amp, told);
    return play(player, dry, 64).back() / dry.back();
  };
  expect(gain_with(Levels::plain) == 1.0f, "plain: the gain is 1");
  expect(std::abs(gain_with(Levels::normalised) - factor_of(6.0f)) < 1e-5f,
         "normalised: the gain leads to -18 dB");
  expect(std::abs(gain_with(Levels::calibrated) - factor_of(12.0f - 18.0f + 10.0f - 12.0f)) < 1e-5f,
         "calibrated");
  Player player(48000.0, 1);
  player.set(Parameter::levels, 1.0f);
  player.load(SlotName::amp, file("no_metadata.nam", linear_model(1.0, 48000)));
  expect(player.info(SlotName::amp).problem.find("does not state its loudness") != std::string::npos,
         "a missing loudness gives a message");
  player.set(Parameter::levels, 2.0f);
  expect(player.info(SlotName::amp).problem.find("input_level_dbu and output_level_dbu") != std::string::npos,
         "missing dBu figures give a message");
}

void check_governor() {
  Governor governor;
  const auto step = [&](double now, float load, std::size_t present, double growth = 2.0) {
    for (int i = 0; i < 20; ++i) governor.note(load);
    return governor.step(now, present, 3, growth);
  };
  expect(!governor.step(0.0, 1, 3, 2.0), "without recorded blocks there is no change");
  expect(step(0.0, 0.9f, 2) == 1u, "one size down when blocks take too long");
  expect(!step(0.1, 0.9f, 0), "no change below the smallest size");
  expect(!step(0.2, 0.5f, 1), "no change between 40 and 70 %");
  expect(!step(0.3, 0.1f, 1) && !step(1.0, 0.1f, 1), "no larger size at once");
  expect(step(1.4, 0.1f, 1) == 2u, "one size up after a second below 40 %");
  expect(!step(1.5, 0.36f, 1) && !step(2.6, 0.36f, 1, 2.0), "no larger size if its load would exceed 70 %");
  expect(!step(9.0, 0.1f, 2), "no change above the largest size");
}

void check_governed(const std::string& path) {
  Player player(48000.0, 1);
  player.load(SlotName::amp, path);
  player.set(Parameter::size_by_load, 1.0f);
  const Signal dry = noise(4800);
  const double until = seconds_now() + 5.0;
  while (seconds_now() < until && player.load_share() == 0.0f) play(player, dry, 64);
  player.tend();
  expect(player.load_share() > 0.0f, "the load is measured");
  expect(player.wants_tending(), "with size_by_load, wants_tending() is always true");
  player.set(Parameter::size_by_load, 0.0f);
  player.tend();
  expect(player.info(SlotName::amp).size + 1 == player.info(SlotName::amp).sizes,
         "without size_by_load the quality decides again");
}

#ifdef __SSE2__
void check_floating_point_mode(const std::string& path) {
  Player player(48000.0, 1);
  player.load(SlotName::amp, path);
  const unsigned before = _mm_getcsr();
  // A host's: with denormals, and rounded towards zero; the other way round; as it was.
  for (const unsigned mode : {before | 0x6000u, before | 0x8040u, before}) {
    _mm_setcsr(mode);
    const Signal played = play(player, Signal(300, 1e-40f), 64);
    const unsigned after = _mm_getcsr();
    _mm_setcsr(before);
    // The low six bits only say what has happened.
    expect((after & ~0x3fu) == (mode & ~0x3fu), "the host's floating-point mode is left as found");
    expect(std::isfinite(played.back()), "denormals make no noise");
  }
}
#endif

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  folder = argv[1];
  setenv("NAM_CORE_PATH", folder.c_str(), 1);
  const std::vector<std::string> models(argv + 2, argv + argc);
  check_bits(models);
  for (const std::string& path : models) {
    auto capture = Capture::read(path);
    if (!capture || !(*capture)->file() || (*capture)->file()->sizes().size() < 2) continue;
    check_sizes(path);
    check_governed(path);
    check_channels(path);
    break;
  }
  check_fades();
#ifdef __SSE2__
  check_floating_point_mode(models.front());
#endif
  check_gate();
  check_levels();
  check_governor();
  return report("player_check");
}
