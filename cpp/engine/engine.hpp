// A model ready to play: blocks of any length, one thread at a time, on one kernel set. Its size, and in a
// chain those of its models, can change while it plays.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>

#include "base/threads.hpp"
#include "engine/settled_model.hpp"
#include "engine/switcher.hpp"

namespace nam_core::detail::engine {

// Planar audio of a caller: row i starts at data + i * stride.
using kernels::ConstRows;
using kernels::Rows;

// A long call asks this now and then whether it should end early.
class Interruption {
 public:
  virtual bool wanted() noexcept = 0;

 protected:
  ~Interruption() = default;
};
// A call asks each time it has run this many frames. Shorter calls, such as audio blocks, never ask.
inline constexpr std::ptrdiff_t kFramesUnasked = 1024;

// What an engine plays: one model, or one of several that follow one another.
template <class T>
struct Part {
  const SettledModel<T>* model;
  double gain;               // factor of the output, of a part whose size can change
  std::int64_t warm_frames;  // see Switcher; 0: its size cannot change
  // The same model, if this stream is the last that starts there; otherwise null.
  SettledModel<T>* used_up = nullptr;
};

// The properties of each part on which a stream's memory depends.
struct PartSize {
  int in_channels, out_channels;
  std::int64_t state_bytes;
  std::int64_t warm_frames;
};

template <class T>
class Engine {
 public:
  // The bytes that a stream allocates, this object included: state, scratch, input histories. Weights are not
  // counted, nor the voices that changes of size need.
  static std::int64_t bytes(std::span<const PartSize> parts, bool chained);

  // Plays parts from their start; all are on one kernel set. With `prewarm_frames` the parts are a chain (see
  // Sequential); without it there is one part. With `counted`, the stream's memory counts towards the limit
  // of the parts' models. Throws ConfigError if channels do not fit, and LimitError before it allocates more
  // than the limit allows. Allocates.
  Engine(std::span<const Part<T>> parts, std::optional<int> prewarm_frames, bool counted);
  explicit Engine(const Part<T>& part) : Engine({&part, 1}, std::nullopt, true) {}
  Engine& operator=(const Engine&) = delete;

  // The right to run the engine, which one thread has at a time: from construction to destruction. Throws
  // BusyError if another thread has it. Real time.
  class Use {
   public:
    explicit Use(Engine& engine);
    ~Use() { in_use_.store(false, std::memory_order_release); }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

   private:
    friend class Engine;
    std::atomic<bool>& in_use_;
    const std::uint64_t resets_wanted_;  // when this use began; the next use does the later resets
  };
  // Whether a thread has this right now. Any thread, real time.
  bool in_use() const noexcept { return in_use_.load(std::memory_order_relaxed); }

  // A lock that keeps other threads out of switch_to. Waits until they have left it.
  base::Lock control() const { return base::Lock(control_mutex_); }

  // An independent copy of the present state; the weights are shared. It uses the engine as process does:
  // copy throws BusyError while a thread is in process, and process throws BusyError while copy runs. If that
  // must not happen, the caller keeps the audio thread out of process. Throws LimitError. Allocates.
  std::unique_ptr<Engine> copy(const base::Lock& control);

  int in_channels() const noexcept { return in_.channels(); }
  int out_channels() const noexcept { return out_.channels(); }
  const kernels::KernelSet& kernel_set() const noexcept { return kernel_set_; }

  // Runs `frames` frames. `out` may be `in`, or overlap it from below. Real time: no allocation, lock or
  // system call. Subnormal numbers count as zero; the caller's floating-point mode is restored.
  void process(const Use& use, ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames) {
    process(use, kernels_, in, out, frames);
  }
  // The same. If another thread uses this engine, throws BusyError and does nothing.
  void process(ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames) { process(Use(*this), in, out, frames); }
  // The same on other kernels with the same results and panels; for a profile.
  void process(const Use& use, const kernels::KernelTable<T>& kernels, ConstRows<T> in, Rows<T> out,
               std::ptrdiff_t frames) noexcept;
  // The same. If it is interrupted, it returns false and resets the engine.
  bool process(const Use& use, ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames,
               Interruption& interruption) noexcept;

  // Returns to the start state and completes a switch that is under way. The next call of process does the
  // work when it begins. Any thread; real time.
  void reset() noexcept;

  // The number of parts whose size can change.
  std::size_t switchers() const noexcept { return switchers_.size(); }
  // Switches one of these parts, counted from 0, to another size on the same kernel set. The new size runs on
  // the part's past input; once it has caught up, it fades in over `fade_frames`. If no thread is in
  // `process`, it has caught up when this call returns. Any thread may call it, but not the one in `process`.
  // Throws std::out_of_range, and LimitError before it allocates. Allocates, and waits for other calls of
  // switch_to.
  void switch_to(std::size_t switcher, const SettledModel<T>& model, double gain, std::int64_t fade_frames);
  // The same, if this is the last stream that starts there: it takes the model's state, without a copy.
  void switch_to(std::size_t switcher, SettledModel<T>&& model, double gain, std::int64_t fade_frames);
  // Whether a switch is not complete yet. Any thread, real time.
  bool switching() const noexcept;
  // Frees the sizes that are not played any more. Not real time.
  void free_retired() { memory_bytes(); }
  // The same; returns what this stream holds then, as `bytes` counts it. Not real time.
  std::int64_t memory_bytes();

 private:
  std::int64_t held_bytes();
  template <class MakeVoice>
  void begin_switch(std::size_t switcher, std::int64_t state_bytes, MakeVoice make_voice);
  Engine(const Engine& other);
  void obey(const Use& use) noexcept;
  void run(const kernels::KernelTable<T>& kernels, ConstRows<T> in, Rows<T> out,
           std::ptrdiff_t frames) noexcept;

  TakenMemory taken_;
  const kernels::KernelSet& kernel_set_;
  const kernels::KernelTable<T>& kernels_;
  std::unique_ptr<base::Model<T>> root_;
  const bool is_chain_;
  const std::vector<std::size_t> switching_;  // numbers of the parts whose size can change
  std::vector<Switcher<T>*> switchers_;       // these parts, in root_
  std::int64_t fixed_bytes_;                  // all bytes but those of the switchers
  base::PlanarBuffer<T> in_, out_;
  std::atomic<bool> in_use_{false};
  std::atomic<std::uint64_t> resets_wanted_{0};
  std::atomic<std::uint64_t> resets_done_{0};  // written by the audio side
  mutable base::Mutex control_mutex_;          // for the control side of all switchers
};

}  // namespace nam_core::detail::engine
