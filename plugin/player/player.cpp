#include "player/player.hpp"

#include <algorithm>
#include <cmath>

#include "base/float_env.hpp"
#include "player/clock.hpp"

namespace nam_core::player {

namespace {

constexpr double kFadeSeconds = 0.01;
// 120 dB above full scale. No signal is that large, so a larger sample is an error of the host.
constexpr float kMostAmplitude = 1e6f;

void raise(std::atomic<float>& peak, float value) noexcept {
  // Another thread may reset the peak between these two operations. Then this peak is reported twice, or one
  // call later.
  if (value > peak.load(std::memory_order_relaxed)) peak.store(value, std::memory_order_relaxed);
}

}  // namespace

Player::Player(double sample_rate, int channels)
    : sample_rate_(sample_rate),
      channels_(std::clamp(channels, 1, kMostChannels)),
      fade_frames_(std::max<std::int64_t>(1, std::llround(kFadeSeconds * sample_rate))),
      slots_{{{channels_, fade_frames_}, {channels_, fade_frames_}}} {
  for (std::size_t i = 0; i < kParameters; ++i) values_[i] = kParameterInfos[i].initial;
}

void Player::set(Parameter parameter, float value) noexcept {
  values_[static_cast<std::size_t>(parameter)].store(within_range(parameter, value),
                                                     std::memory_order_relaxed);
}

float Player::get(Parameter parameter) const noexcept {
  return values_[static_cast<std::size_t>(parameter)].load(std::memory_order_relaxed);
}

int Player::latency() const noexcept { return slots_[0].latency() + slots_[1].latency(); }
int Player::tail() const noexcept { return slots_[0].tail() + slots_[1].tail(); }

void Player::process(const float* const* in, float* const* out, std::ptrdiff_t frames) noexcept {
  if (frames <= 0) return;
  const bool governed = get(Parameter::size_by_load) > 0.5f;
  if (!governed && !measuring_.load(std::memory_order_relaxed)) {
    run(in, out, frames);
    return;
  }
  const double before = seconds_now();
  const bool fading = slots_[0].fading() || slots_[1].fading();
  run(in, out, frames);
  const auto load = static_cast<float>((seconds_now() - before) * sample_rate_ / static_cast<double>(frames));
  const float last = load_.load(std::memory_order_relaxed);
  load_.store(std::max(load, last + 0.02f * (load - last)), std::memory_order_relaxed);
  if (governed && !fading) governor_.note(load);
}

void Player::run(const float* const* in, float* const* out, std::ptrdiff_t frames) noexcept {
  const detail::base::FlushToZero flush_to_zero;
  follow();
  float* rows[kMostChannels];
  for (int c = 0; c < channels_; ++c) rows[c] = rows_[static_cast<std::size_t>(c)].data();
  for (std::ptrdiff_t t = 0; t < frames; t += kTile) {
    const int count = static_cast<int>(std::min<std::ptrdiff_t>(frames - t, kTile));
    take_in(in, rows, t, count);
    amplify(input_, rows, channels_, count);
    gate_.process(gate_settings_, rows, channels_, count);
    for (Slot& each : slots_)
      each.process(&each == &slots_[0] ? level_settings_ : LevelSettings(), rows, count);
    amplify(output_, rows, channels_, count);
    give_out(rows, out, t, count);
    fresh_ = false;
  }
}

// Reads the parameters. Called once per block.
void Player::follow() noexcept {
  const float input_db = get(Parameter::input), output_db = get(Parameter::output);
  if (fresh_ || input_db != input_db_) input_.go_to(factor_of(input_db_ = input_db), ramp_frames());
  if (fresh_ || output_db != output_db_) output_.go_to(factor_of(output_db_ = output_db), ramp_frames());
  dry_.go_to(get(Parameter::bypass) > 0.5f ? 1.0f : 0.0f, ramp_frames());
  const float threshold = get(Parameter::gate), per_ms = static_cast<float>(sample_rate_ / 1000.0);
  gate_settings_ = {threshold > kGateOff ? factor_of(threshold) : 0.0f, get(Parameter::gate_attack) * per_ms,
                    get(Parameter::gate_hold) * per_ms, get(Parameter::gate_release) * per_ms};
  level_settings_ = {static_cast<Levels>(std::lround(get(Parameter::levels))),
                     get(Parameter::interface_level)};
}

void Player::take_in(const float* const* in, float* const* rows, std::ptrdiff_t t, int frames) noexcept {
  float peak = 0.0f;
  for (int c = 0; c < channels_; ++c) {
    for (int i = 0; i < frames; ++i) {
      const float sample = in[c][t + i];
      // The comparison is also false for NaN.
      rows[c][i] = std::abs(sample) <= kMostAmplitude ? sample : 0.0f;
      peak = std::max(peak, std::abs(rows[c][i]));
    }
    dry_lines_[static_cast<std::size_t>(c)].write(rows[c], frames);
  }
  raise(input_peak_, peak);
}

void Player::give_out(float* const* rows, float* const* out, std::ptrdiff_t t, int frames) noexcept {
  if (!dry_.rests_at(0.0f)) {
    const int delay = latency();
    for (int i = 0; i < frames; ++i) {
      const float share = dry_.next();
      for (int c = 0; c < channels_; ++c) {
        const float dry = dry_lines_[static_cast<std::size_t>(c)].read(i, frames, delay);
        rows[c][i] = share == 1.0f ? dry : rows[c][i] + share * (dry - rows[c][i]);
      }
    }
  }
  float peak = 0.0f;
  for (int c = 0; c < channels_; ++c) {
    for (int i = 0; i < frames; ++i) peak = std::max(peak, std::abs(rows[c][i]));
    std::copy_n(rows[c], frames, out[c] + t);
  }
  raise(output_peak_, peak);
}

void Player::reset() noexcept {
  for (Slot& each : slots_) each.reset();
  gate_.reset();
  for (DryLine& line : dry_lines_) line.reset();
  fresh_ = true;
}

}  // namespace nam_core::player
