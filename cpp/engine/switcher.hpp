// Changes the size of a model while it plays.
//
// The audio side calls process; it never waits, allocates or frees. The control side, on any thread, builds
// the new size, runs it on the input's history, and puts it into a mailbox; it also frees the sizes that the
// audio side has retired. The audio side takes the new voice out of the mailbox, runs it on the frames that
// arrived in the meantime, an eighth faster than they arrive, and then fades it in.
#pragma once

#include <optional>

#include "base/threads.hpp"
#include "engine/voice.hpp"

namespace nam_core::detail::engine {

template <class T>
class Switcher {
 public:
  // What it allocates besides the voice that plays.
  static std::int64_t bytes(int in_channels, int out_channels, std::int64_t warm_frames);

  // `warm_frames`: input frames that a new size must hear before its bits are exact, the most of all sizes
  // that it may switch to: bit_memory - 1, and grid - 1 for where it can begin (base::Reach). 0 for a model
  // of one size, which keeps no history. Allocates.
  Switcher(Voice<T> playing, std::int64_t warm_frames);
  // A copy of the present state, a switch under way included. The control mutex must be held; what the audio
  // side does meanwhile leaves a copy that can only be destroyed. Allocates.
  Switcher(const Switcher& other);
  Switcher& operator=(const Switcher&) = delete;
  ~Switcher();

  // Audio side, one thread at a time. Real time.
  // Most frames of the next block. Fewer while a voice catches up, so that the block and the extra frames are
  // one block for that voice. (Two blocks cost a quarter more: A2 full, 128 + 32 frames.)
  int most_frames() const noexcept;
  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept;
  // Resets if that was requested; a switch that was under way at the request is then complete.
  void obey(const kernels::KernelTable<T>& kernels) noexcept;

  // Any thread, real time: the audio side starts again before its next frame, as if after silence.
  void want_reset() noexcept { resets_wanted_.fetch_add(1, std::memory_order_acq_rel); }

  // Control side. Runs `voice` on the past input and hands it over. Allocates, waits for other control
  // threads.
  void switch_to(Voice<T> voice, const kernels::KernelTable<T>& kernels);
  // Whether a voice is waiting, catching up or fading in. Any thread, real time.
  bool switching() const noexcept;
  // What it holds beyond this object: all voices, the input's history, scratch; shared weights are not
  // counted. Frees what is retired. Control side.
  std::int64_t memory_bytes();
  // To be held while a copy is made, and taken before the audio side is kept out.
  base::Mutex& control_mutex() const noexcept { return control_mutex_; }

 private:
  using Pointer = std::unique_ptr<Voice<T>>;

  static Pointer duplicate(const Voice<T>* voice);
  void reset(const kernels::KernelTable<T>& kernels, std::uint64_t wanted) noexcept;
  void take_from_mailbox() noexcept;
  void begin_fade() noexcept;
  void fade(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept;
  void play(Pointer voice) noexcept;
  void retire(Pointer voice) noexcept;
  void reclaim() noexcept;

  const std::int64_t warm_frames_;
  const int in_channels_, out_channels_;
  std::optional<InputHistory<T>> history_;
  Unheard<T> unheard_;
  base::PlanarBuffer<T> risen_;  // output of the rising voice

  // The audio side's.
  Pointer playing_, rising_, next_;
  std::int64_t faded_ = 0;       // frames of the crossfade that are done; 0: rising_ is not heard yet
  std::int64_t since_more_ = 0;  // frames since the rising voice last ran extra frames

  // Shared by both sides. Each pointer owns its voice and is released by exchange only.
  std::atomic<Voice<T>*> mailbox_{nullptr}, retired_{nullptr};
  std::atomic<bool> moving_{false};
  std::atomic<std::uint64_t> resets_wanted_{0}, resets_done_{0};
  std::atomic<std::uint64_t> newest_voice_{0};  // number of resets requested before it

  // The control side's.
  mutable base::Mutex control_mutex_;
  std::int64_t voice_bytes_ = 0;
};

}  // namespace nam_core::detail::engine
