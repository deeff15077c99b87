// A model whose size can change while it plays: a whole model, or one in a chain.
//
// The audio side calls process; it never waits, allocates or frees. The control side, on any thread, builds
// the new size, runs it on the input's history, and puts it into a mailbox; it also frees the sizes that the
// audio side has retired. The audio side takes the new voice out of the mailbox, runs it on the frames that
// arrived in the meantime, an eighth faster than they arrive, and then fades it in.
#pragma once

#include <atomic>

#include "engine/voice.hpp"

namespace nam_core::detail::engine {

template <class T>
class Switcher final : public base::Model<T> {
 public:
  // What it allocates besides the voice that plays, itself included.
  static std::int64_t bytes(int in_channels, int out_channels, std::int64_t warm_frames);

  // `warm_frames`: input frames that a new size must process before its bits are exact, the most of all sizes
  // that it may switch to: bit_memory - 1, and grid - 1 for where it can begin (base::Reach). 1 or more.
  // Allocates.
  Switcher(Voice<T> playing, std::int64_t warm_frames);
  // A copy of the present state, a switch under way included. No other call may run meanwhile. Allocates.
  Switcher(const Switcher& other);
  ~Switcher() override;

  // Audio side, one thread at a time. Real time.
  // Takes what the control side has put ready. To be called between two blocks; returns the most frames of
  // the next one. They are fewer while a voice catches up, so that the block and the extra frames are one
  // block for that voice. (Two blocks cost a quarter more: A2 full, 128 + 32 frames.)
  int prepare() noexcept;
  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept override;
  // Completes a switch that was under way when the reset was wanted.
  void reset(const kernels::KernelTable<T>& kernels) noexcept override;
  void start(const kernels::KernelTable<T>& kernels) noexcept override;
  int in_channels() const noexcept override { return in_channels_; }
  int out_channels() const noexcept override { return out_channels_; }
  std::unique_ptr<base::Model<T>> clone() const override { return std::make_unique<Switcher>(*this); }

  // Any thread, real time: to be called before the audio side is told to call reset().
  void want_reset() noexcept { resets_wanted_.fetch_add(1, std::memory_order_acq_rel); }

  // Control side, one thread at a time.
  // Runs a voice of the new size on the past input and hands it over. Allocates.
  void switch_to(Voice<T> voice, const kernels::KernelTable<T>& kernels);
  // What it holds, itself and all voices included; shared weights are not counted. Frees what is retired.
  std::int64_t memory_bytes();
  // Whether a voice is waiting, catching up or fading in. Any thread, real time.
  bool switching() const noexcept;

 private:
  using Pointer = std::unique_ptr<Voice<T>>;

  static Pointer duplicate(const Voice<T>* voice);
  void take_from_mailbox() noexcept;
  void begin_fade() noexcept;
  void fade(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept;
  void play(Pointer voice) noexcept;
  void retire(Pointer voice) noexcept;
  void restart(Beginning beginning, const kernels::KernelTable<T>& kernels) noexcept;
  void reclaim() noexcept;

  const std::int64_t warm_frames_;
  const int in_channels_, out_channels_;
  InputHistory<T> history_;
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
  std::int64_t voice_bytes_ = 0;
};

}  // namespace nam_core::detail::engine
