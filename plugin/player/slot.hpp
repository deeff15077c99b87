// Where a model is plugged in: it is exchanged while sound runs, without a lock.
//
// The control thread makes a voice and puts it into a mailbox, which is one atomic pointer. The audio thread
// takes it out between two tiles, fades from the old voice to the new one, and puts the old one into a list,
// which the control thread frees.
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

  // Audio thread, real time. Changes `frames` samples of each row, kTile at most.
  void process(const LevelWish& wish, float* const* rows, int frames) noexcept;
  // Back to the start state; a fade that is under way ends.
  void reset() noexcept;
  // Whether a fade is under way.
  bool fading() const noexcept { return falling_ != nullptr; }

  // Any thread, real time: of the voice that plays.
  int latency() const noexcept { return latency_.load(std::memory_order_relaxed); }
  int tail() const noexcept { return tail_.load(std::memory_order_relaxed); }
  // Whether there is something to free.
  bool holds_retired() const noexcept { return retired_.load(std::memory_order_relaxed) != nullptr; }

  // Control thread, one at a time.
  // Hands a voice over. One that was handed over before and has not been heard yet is freed.
  void put(std::unique_ptr<Voice> voice);
  // Frees what the audio thread has retired.
  void reclaim() { std::unique_ptr<Voice>(retired_.exchange(nullptr, std::memory_order_acquire)); }
  // The voice that was handed over last; it stays until another one is. Null: none yet.
  Voice* newest() const noexcept { return newest_; }

 private:
  void take() noexcept;
  void retire(std::unique_ptr<Voice> voice) noexcept;

  const int channels_;
  const std::int64_t fade_frames_;

  // The audio thread's.
  std::unique_ptr<Voice> playing_, falling_;
  std::int64_t faded_ = 0;  // frames of the fade that are done
  bool fresh_ = true;       // nothing has been heard yet: the first voice needs no fade
  std::vector<float> scratch_;

  // Shared. Each pointer owns its voice and is released by exchange only.
  std::atomic<Voice*> mailbox_{nullptr}, retired_{nullptr};
  std::atomic<int> latency_{0}, tail_{0};

  Voice* newest_ = nullptr;  // the control thread's
};

}  // namespace nam_core::player
