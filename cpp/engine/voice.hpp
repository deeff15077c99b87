// One size of a model while it plays, waits or catches up.
#pragma once

#include "base/model.hpp"
#include "engine/input_history.hpp"

namespace nam_core::detail::engine {

using base::Block;

// Buffers for running a voice whose output is not heard.
template <class T>
struct Unheard {
  // Bytes that they allocate.
  static std::int64_t bytes(int in_channels, int out_channels) {
    return base::add_bytes(base::PlanarBuffer<T>::bytes(in_channels),
                           base::PlanarBuffer<T>::bytes(out_channels));
  }

  Unheard(int in_channels, int out_channels) : in(in_channels), out(out_channels) {}
  base::PlanarBuffer<T> in, out;
};

template <class T>
struct Voice {
  std::unique_ptr<base::Model<T>> model;
  T gain;                    // factor of its output
  std::int64_t fade_frames;  // of the crossfade from the voice before
  std::int64_t state_bytes;  // of the model
  // position: next frame to process. start: first frame of the stream that this state belongs to; -1: none.
  std::int64_t start = -1, position = 0;
  std::uint64_t resets = 0;                 // number of resets requested before it
  std::unique_ptr<Voice> behind = nullptr;  // the next one in a list of retired voices

  // Moves to the first frame from `earliest` on at which its model can continue after `position`: frames are
  // skipped in multiples of the grid (base::Reach).
  void skip_to(std::int64_t earliest) noexcept {
    const std::int64_t grid = model->reach().grid;
    if (earliest > position) position += (earliest - position + grid - 1) / grid * grid;
  }

  // Bytes that a voice takes whose model has `state_bytes` of state.
  static std::int64_t bytes(std::int64_t state_bytes) { return base::add_bytes(sizeof(Voice), state_bytes); }
  std::int64_t memory_bytes() const noexcept { return bytes(state_bytes); }
  bool up_to_date(const InputHistory<T>& history) const noexcept {
    return position == history.end() && start == history.start();
  }
};

// Brings the voice to where the stream began, and then past the frames older than the last `warm_frames`. Any
// thread; real time.
template <class T>
void begin(Voice<T>& voice, const InputHistory<T>& history, const kernels::KernelTable<T>& kernels,
           std::int64_t warm_frames, Unheard<T>& unheard) noexcept;

// Runs the voice on at most `frames` frames of the history. Skips frames older than the last `warm_frames`,
// because they do not influence the output any more. Any thread; real time.
template <class T>
void catch_up(Voice<T>& voice, const InputHistory<T>& history, const kernels::KernelTable<T>& kernels,
              std::int64_t warm_frames, std::int64_t frames, Unheard<T>& unheard) noexcept;

}  // namespace nam_core::detail::engine
