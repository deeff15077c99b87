// A model ready to play: blocks of any length, one thread at a time, on one kernel set. Its size can change
// while it plays.
#pragma once

#include <atomic>
#include <memory>

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

template <class T>
class Engine {
 public:
  // What a stream allocates, this object included: state, scratch, input history; weights are not counted.
  static std::int64_t bytes(const base::Plan& plan, std::int64_t warm_frames);

  // Plays `model` from its start, its output multiplied by `gain`. `warm_frames`: see Switcher. Allocates.
  Engine(const SettledModel<T>& model, double gain, std::int64_t warm_frames);
  Engine& operator=(const Engine&) = delete;

  // An independent copy of the state between two calls of process; the weights are shared. Any thread:
  // process may run meanwhile, and a copy that it spoils is made again. Throws BusyError if process leaves no
  // gap that is long enough. Allocates, and waits for switch_to.
  std::unique_ptr<Engine> copy() const;

  int in_channels() const noexcept { return in_.channels(); }
  int out_channels() const noexcept { return out_.channels(); }
  const kernels::KernelSet& kernel_set() const noexcept { return kernel_set_; }

  // Runs `frames` frames. `out` may be `in`, or overlap it from below. If another thread is in this engine,
  // throws BusyError and does nothing. Otherwise real time: no allocation, lock or system call. Subnormal
  // numbers count as zero; the caller's floating-point mode is restored.
  void process(ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames) { process(kernels_, in, out, frames); }
  // The same on other kernels with the same results and panels; for a profile.
  void process(const kernels::KernelTable<T>& kernels, ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames);
  // The same. If it is interrupted, it returns false and resets the engine.
  bool process(ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames, Interruption& interruption);

  // Returns to the start state and completes a switch that is under way. The next call of process does the
  // work when it begins. Any thread; real time.
  void reset() noexcept { switcher_.want_reset(); }

  // Switches to another size of the model on the same kernel set. Runs it on the input so far; once it is up
  // to date, it fades in over `fade_frames`. If no thread is in `process`, it is up to date at once. For any
  // thread but the one in `process`. Allocates, and waits for other calls of switch_to.
  void switch_to(const SettledModel<T>& model, double gain, std::int64_t fade_frames);
  // Whether a switch is not complete yet. Any thread, real time.
  bool switching() const noexcept { return switcher_.switching(); }
  // What this stream holds now, as `bytes` counts it. Not real time.
  std::int64_t memory_bytes() { return own_bytes(in_channels(), out_channels()) + switcher_.memory_bytes(); }

 private:
  class Use;
  static std::int64_t own_bytes(int in_channels, int out_channels);
  Engine(const SettledModel<T>& model, Voice<T> voice, std::int64_t warm_frames);
  Engine(const Engine& other);
  void run(const kernels::KernelTable<T>& kernels, ConstRows<T> in, Rows<T> out,
           std::ptrdiff_t frames) noexcept;

  const kernels::KernelSet& kernel_set_;
  const kernels::KernelTable<T>& kernels_;
  base::PlanarBuffer<T> in_, out_;
  // Calls of process that have begun or ended: odd while a thread is in one.
  std::atomic<std::uint64_t> uses_{0};
  Switcher<T> switcher_;
};

}  // namespace nam_core::detail::engine
