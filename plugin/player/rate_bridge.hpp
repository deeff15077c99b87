// Runs a model at its own sample rate in a host with another sample rate.
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

// Two libsamplerate converters (sinc, medium: 121 dB, 90 % of the band) lead to the model's rate and back.
// They deliver frames irregularly, so a queue evens them out: every block gives as many frames as it took.
// The latency is constant, whatever the block lengths.
class RateBridge {
 public:
  // Rates in Hz. Throws std::runtime_error if their ratio is above 16. Allocates.
  RateBridge(double host_rate, double model_rate);

  // Frames at the host's rate by which the output is late.
  int latency() const noexcept { return latency_; }
  // Calls work(samples, count) with frames at the model's rate; work changes them in place. `row` has at most
  // kTile frames. Real time.
  template <class Work>
  void process(float* row, int frames, Work&& work) noexcept {
    const int count = to_model(row, frames);
    if (count > 0) work(inner_.data(), count);
    from_model(count);
    take(row, frames);
  }
  // Back to the start state. Real time.
  void reset() noexcept;

 private:
  int to_model(const float* row, int frames) noexcept;
  void from_model(int count) noexcept;
  void take(float* row, int frames) noexcept;

  double ratio_;  // model's rate divided by the host's
  Converter there_, back_;
  std::vector<float> inner_, queue_;
  int held_ = 0, latency_ = 0;
};

}  // namespace nam_core::player
