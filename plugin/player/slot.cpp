#include "player/slot.hpp"

#include <algorithm>
#include <utility>

namespace nam_core::player {

Slot::Slot(int channels, std::int64_t fade_frames)
    : channels_(channels),
      fade_frames_(fade_frames),
      playing_(std::make_unique<Voice>()),
      scratch_(static_cast<std::size_t>(channels) * kTile) {}

Slot::~Slot() {
  std::unique_ptr<Voice>(mailbox_.exchange(nullptr, std::memory_order_acquire));
  reclaim();
}

void Slot::put(std::unique_ptr<Voice> voice) {
  reclaim();
  newest_ = voice.get();
  std::unique_ptr<Voice>(mailbox_.exchange(voice.release(), std::memory_order_acq_rel));
}

void Slot::take() noexcept {
  if (falling_ || !mailbox_.load(std::memory_order_relaxed)) return;
  std::unique_ptr<Voice> voice(mailbox_.exchange(nullptr, std::memory_order_acq_rel));
  if (!voice) return;  // the control thread is replacing the voice at this moment
  latency_.store(voice->latency(), std::memory_order_relaxed);
  tail_.store(voice->tail(), std::memory_order_relaxed);
  falling_ = std::exchange(playing_, std::move(voice));
  faded_ = 0;
  if (fresh_) retire(std::move(falling_));
}

void Slot::process(const LevelSettings& settings, float* const* rows, int frames) noexcept {
  take();
  fresh_ = false;
  if (!falling_) {
    playing_->process(settings, rows, frames);
    return;
  }
  float* old[kMostChannels];
  for (int c = 0; c < channels_; ++c) {
    old[c] = scratch_.data() + std::ptrdiff_t{c} * kTile;
    std::copy_n(rows[c], frames, old[c]);
  }
  falling_->process(settings, old, frames);
  playing_->process(settings, rows, frames);
  const int mixed = static_cast<int>(std::min<std::int64_t>(frames, fade_frames_ - faded_));
  for (int c = 0; c < channels_; ++c)
    for (int t = 0; t < mixed; ++t) {
      const float share = static_cast<float>(faded_ + t + 1) / static_cast<float>(fade_frames_ + 1);
      rows[c][t] = old[c][t] + share * (rows[c][t] - old[c][t]);
    }
  faded_ += mixed;
  if (faded_ >= fade_frames_) retire(std::move(falling_));
}

void Slot::reset() noexcept {
  take();
  retire(std::move(falling_));
  take();  // a voice may have waited for the end of the fade
  retire(std::move(falling_));
  playing_->reset();
  fresh_ = true;
}

void Slot::retire(std::unique_ptr<Voice> voice) noexcept {
  if (!voice) return;
  Voice* retired = voice.release();
  // Only this thread adds to the list; the control thread takes the whole list. So an exchange and a store
  // suffice.
  retired->behind.reset(retired_.exchange(nullptr, std::memory_order_acquire));
  retired_.store(retired, std::memory_order_release);
}

}  // namespace nam_core::player
