// One size of a model while it plays, waits or is brought up to date.
#pragma once

#include "base/model.hpp"
#include "engine/input_history.hpp"

namespace nam_core::detail::engine {

using base::Block;

// Rows that a voice is run on while nobody listens.
template <class T>
struct Unheard {
  Unheard(int in_channels, int out_channels) : in(in_channels), out(out_channels) {}
  base::PlanarBuffer<T> in, out;
};

template <class T>
struct Voice {
  std::unique_ptr<base::Model<T>> model;
  T gain;                    // on its output
  std::int64_t fade_frames;  // of the crossfade from the voice before
  std::int64_t memory_bytes;
  // It has heard the frames from before `start` (silence) or from a receptive field ago, up to `position`.
  std::int64_t start = 0, position = 0;
  std::uint64_t resets = 0;                 // that were wanted before it was
  std::unique_ptr<Voice> behind = nullptr;  // the next one in a list of retired voices

  bool up_to_date(const InputHistory<T>& history) const noexcept {
    return position == history.end() && start == history.start();
  }
};

// Runs the voice through the history for at most `frames` frames, the last `warm_frames` of the stream at
// most: older ones have no influence on what follows. Any thread; real time.
template <class T>
void catch_up(Voice<T>& voice, const InputHistory<T>& history, const kernels::KernelTable<T>& kernels,
              std::int64_t warm_frames, std::int64_t frames, Unheard<T>& unheard) noexcept;

}  // namespace nam_core::detail::engine
