// A capture ready to play in a host: one model for each channel, brought to the host's sample rate.
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
  // `channels` copies at the size that `quality` selects, in their start state. A null capture makes a voice
  // that lets everything through. Allocates; takes the time of settling the model on silence.
  static Result<std::unique_ptr<Voice>> make(std::shared_ptr<const Capture> capture, double host_rate,
                                             int channels, double quality);

  // Audio thread, real time.
  // Changes `frames` samples of each row, kTile at most. `rows` are finite; so is what is made of them.
  void process(const LevelWish& wish, float* const* rows, int frames) noexcept;
  // Back to the start state.
  void reset() noexcept;

  // Any thread.
  // Frames of the host by which the output is late, and that sound after its input has ended.
  int latency() const noexcept { return latency_; }
  int tail() const noexcept { return tail_; }
  std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

  // Control thread.
  const Capture* capture() const noexcept { return capture_.get(); }
  std::size_t size_at(double quality) const noexcept;
  std::size_t sizes() const noexcept { return descriptions_.size(); }
  // Multiply-adds of one frame of a size, as far as the file says them; 0 for an impulse response.
  std::int64_t macs_of(std::size_t size) const noexcept;
  // With a crossfade of 10 ms, exact after it. Allocates.
  void set_size(std::size_t size);

  std::unique_ptr<Voice> behind;  // the next of a list of voices that are to be freed

 private:
  struct Lane {
    Model model;
    std::optional<RateBridge> bridge;
    std::vector<float> out;  // of all the model's outputs, kTile frames each
  };
  void run(Lane& lane, int output, float* samples, int frames) noexcept;
  void follow(const LevelWish& wish) noexcept;

  std::shared_ptr<const Capture> capture_;
  ImpulseResponse response_;                    // at the host's rate
  std::vector<ModelDescription> descriptions_;  // smallest first
  std::vector<Lane> lanes_;
  std::atomic<std::size_t> size_{0};
  int latency_ = 0, tail_ = 0;
  std::int64_t fade_frames_ = 0, ramp_frames_ = 0;

  // The audio thread's.
  Ramp before_{1.0f}, after_{1.0f};
  LevelWish followed_;
  std::size_t followed_size_ = 0;
  bool fresh_ = true;  // nothing has been heard of it: gains need no ramp
};

}  // namespace nam_core::player
