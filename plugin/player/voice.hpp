// A model or impulse response ready to play: one copy for each channel, at the host's sample rate.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "nam_core/nam_core.hpp"
#include "player/capture.hpp"
#include "player/level_gains.hpp"
#include "player/ramp.hpp"
#include "player/rate_bridge.hpp"

namespace nam_core::player {

class Voice {
 public:
  // Makes `channels` copies of the size that `quality` selects, in their start state. A null capture makes a
  // voice that lets the signal through. Allocates; takes as long as settling the model on silence.
  static Result<std::unique_ptr<Voice>> make(std::shared_ptr<const Capture> capture, double host_rate,
                                             int channels, double quality);

  // Audio thread, real time.
  // Changes `frames` (at most kTile) samples of each row. The input must be finite; the output is finite.
  void process(const LevelSettings& settings, float* const* rows, int frames) noexcept;
  // Back to the start state.
  void reset() noexcept;

  // Any thread.
  // latency: frames at the host's rate by which the output is late. tail: frames of output after the input
  // has ended.
  int latency() const noexcept { return latency_; }
  int tail() const noexcept { return tail_; }
  std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

  // Control thread.
  const Capture* capture() const noexcept { return capture_.get(); }
  std::size_t size_at(double quality) const noexcept;
  std::size_t sizes() const noexcept { return descriptions_.size(); }
  // Multiply-adds per frame of a size; 0 for an impulse response.
  std::int64_t macs_of(std::size_t size) const noexcept;
  // Crossfades to a size within 10 ms; afterwards the output has exactly the bits of that size. Allocates.
  void set_size(std::size_t size);

  std::unique_ptr<Voice> behind;  // next voice in the list of retired voices

 private:
  struct Lane {
    Model model;
    std::optional<RateBridge> bridge;
    std::vector<float> out;  // kTile frames for each of the model's outputs
  };
  void run(Lane& lane, int output, float* samples, int frames) noexcept;
  void follow(const LevelSettings& settings) noexcept;

  std::shared_ptr<const Capture> capture_;
  ImpulseResponse response_;                    // at the host's rate
  std::vector<ModelDescription> descriptions_;  // smallest first
  std::vector<Lane> lanes_;
  std::atomic<std::size_t> size_{0};
  int latency_ = 0, tail_ = 0;
  std::int64_t fade_frames_ = 0, ramp_frames_ = 0;

  // Used by the audio thread only.
  Ramp before_{1.0f}, after_{1.0f};
  LevelSettings followed_;
  std::size_t followed_size_ = 0;
  bool fresh_ = true;  // nothing has been played yet, so gains change without a ramp
};

}  // namespace nam_core::player
