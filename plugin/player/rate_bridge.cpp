#include "player/rate_bridge.hpp"

#include <samplerate.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace nam_core::player {

namespace {

constexpr double kMostRatio = 16.0;
// Frames of silence that are enough to measure the delay of both converters: more than the longest filter at
// the highest ratio.
constexpr int kTrialFrames = 8192;

Converter make_converter() {
  int error = 0;
  Converter made(src_new(SRC_SINC_MEDIUM_QUALITY, 1, &error));
  if (!made) throw std::runtime_error(std::string("libsamplerate: ") + src_strerror(error));
  return made;
}

// Converts the whole input and returns the number of frames written.
int convert(SRC_STATE_tag* state, double ratio, const float* in, int frames, float* out, int room) noexcept {
  int made = 0;
  for (int used = 0; used < frames;) {
    SRC_DATA data{in + used, out + made, frames - used, room - made, 0, 0, 0, ratio};
    if (src_process(state, &data) != 0 || (data.input_frames_used == 0 && data.output_frames_gen == 0)) break;
    used += static_cast<int>(data.input_frames_used);
    made += static_cast<int>(data.output_frames_gen);
  }
  return made;
}

int room_for(double frames) { return static_cast<int>(std::ceil(frames)) + 2 * kTile; }

}  // namespace

void ForgetConverter::operator()(SRC_STATE_tag* state) const noexcept { src_delete(state); }

RateBridge::RateBridge(double host_rate, double model_rate) : ratio_(model_rate / host_rate) {
  if (!(ratio_ >= 1.0 / kMostRatio && ratio_ <= kMostRatio))
    throw std::runtime_error("sample rates of " + std::to_string(std::lround(model_rate)) + " and " +
                             std::to_string(std::lround(host_rate)) +
                             " Hz are too far apart; their ratio must be at most 16");
  there_ = make_converter();
  back_ = make_converter();
  inner_.assign(static_cast<std::size_t>(room_for(kTile * ratio_)), 0.0f);
  queue_.assign(static_cast<std::size_t>(room_for(inner_.size() / ratio_) + kTrialFrames), 0.0f);
  // Feed the converters one frame at a time and record how far the output falls behind: so many frames must
  // be in the queue at the start. Add two, because with larger blocks the converters may be at another
  // fraction of a frame.
  int late = 0;
  for (int fed = 1; fed <= kTrialFrames; ++fed) {
    const float silence = 0.0f;
    from_model(to_model(&silence, 1));
    late = std::max(late, fed - held_);
  }
  latency_ = late + 2;
  reset();
}

void RateBridge::reset() noexcept {
  src_reset(there_.get());
  src_reset(back_.get());
  held_ = latency_;
  std::fill_n(queue_.begin(), held_, 0.0f);
}

int RateBridge::to_model(const float* row, int frames) noexcept {
  return convert(there_.get(), ratio_, row, frames, inner_.data(), static_cast<int>(inner_.size()));
}

void RateBridge::from_model(int count) noexcept {
  held_ += convert(back_.get(), 1.0 / ratio_, inner_.data(), count, queue_.data() + held_,
                   static_cast<int>(queue_.size()) - held_);
}

void RateBridge::take(float* row, int frames) noexcept {
  const int ready = std::min(frames, held_);
  std::copy_n(queue_.begin(), ready, row);
  std::fill(row + ready, row + frames, 0.0f);
  held_ -= ready;
  std::copy_n(queue_.begin() + ready, held_, queue_.begin());
}

}  // namespace nam_core::player
