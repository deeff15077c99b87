// Runs a model at its own sample rate inside a host that has another one.
#pragma once

#include <memory>
#include <vector>

#include "player/tile.hpp"

struct SRC_STATE_tag;

namespace nam_core::player {

struct ForgetConverter {
  void operator()(SRC_STATE_tag* state) const noexcept;
};
using Converter = std::unique_ptr<SRC_STATE_tag, ForgetConverter>;

// Two converters of libsamplerate (sinc, medium: 121 dB, 90 % of the band), to the model's rate and back, and
// a queue that turns what they deliver in lumps into as many frames as came in. The output is late by a fixed
// number of frames, whatever the blocks.
class RateBridge {
 public:
  // Rates in Hz. Throws std::runtime_error for rates that are more than a factor of 16 apart. Allocates.
  RateBridge(double host_rate, double model_rate);

  // Frames of the host by which the output is late.
  int latency() const noexcept { return latency_; }
  // Calls work(samples, count) with the frames at the model's rate, to be changed in place; `row` has at most
  // kTile frames. Real time.
  template <class Work>
  void process(float* row, int frames, Work&& work) noexcept {
    const int count = to_model(row, frames);
    if (count > 0) work(inner_.data(), count);
    from_model(count);
    take(row, frames);
  }
  // Back to the start. Real time.
  void reset() noexcept;

 private:
  int to_model(const float* row, int frames) noexcept;
  void from_model(int count) noexcept;
  void take(float* row, int frames) noexcept;

  double ratio_;  // of the model's rate to the host's
  Converter there_, back_;
  std::vector<float> inner_, queue_;
  int held_ = 0, latency_ = 0;
};

}  // namespace nam_core::player
