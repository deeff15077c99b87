// Holds a model, which can be exchanged without a lock while sound runs.
//
// The control thread makes a voice and puts it into the mailbox, an atomic pointer. The audio thread takes it
// from there between two tiles, fades from the old voice to the new one, and adds the old voice to the list
// of retired voices. The control thread frees that list.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "player/tile.hpp"
#include "player/voice.hpp"

namespace nam_core::player {

class Slot {
 public:
  Slot(int channels, std::int64_t fade_frames);
  ~Slot();
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  // Audio thread, real time. Changes `frames` (at most kTile) samples of each row.
  void process(const LevelSettings& settings, float* const* rows, int frames) noexcept;
  // Back to the start state; ends a fade.
  void reset() noexcept;
  // Whether a fade is going on.
  bool fading() const noexcept { return falling_ != nullptr; }

  // Any thread, real time: the latency of the playing voice.
  int latency() const noexcept { return latency_.load(std::memory_order_relaxed); }
  int tail() const noexcept { return tail_.load(std::memory_order_relaxed); }
  // Whether there are voices to free.
  bool holds_retired() const noexcept { return retired_.load(std::memory_order_relaxed) != nullptr; }

  // Control thread, one call at a time.
  // Hands a voice over. If the audio thread has not yet taken the previous one, that one is freed.
  void put(std::unique_ptr<Voice> voice);
  // Frees the retired voices.
  void reclaim() { std::unique_ptr<Voice>(retired_.exchange(nullptr, std::memory_order_acquire)); }
  // The voice that was handed over last; valid until the next put(). Null before the first.
  Voice* newest() const noexcept { return newest_; }

 private:
  void take() noexcept;
  void retire(std::unique_ptr<Voice> voice) noexcept;

  const int channels_;
  const std::int64_t fade_frames_;

  // Used by the audio thread only.
  std::unique_ptr<Voice> playing_, falling_;
  std::int64_t faded_ = 0;  // frames of the fade that have been played
  bool fresh_ = true;       // nothing has been played yet, so the first voice needs no fade
  std::vector<float> scratch_;

  // Shared. Each pointer owns its voice; threads exchange the pointer, so that one of them owns it.
  std::atomic<Voice*> mailbox_{nullptr}, retired_{nullptr};
  std::atomic<int> latency_{0}, tail_{0};

  Voice* newest_ = nullptr;  // used by the control thread only
};

}  // namespace nam_core::player
