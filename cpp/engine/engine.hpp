// A model ready to play: any block length, one thread at a time, on one kernel set; its size can be switched
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

// Asked now and then during a long call whether it is to end early.
class Interruption {
 public:
  virtual bool wanted() noexcept = 0;

 protected:
  ~Interruption() = default;
};
// A call is asked about each time it has run so many frames, so shorter ones never are: an audio block is
// not.
inline constexpr std::ptrdiff_t kFramesUnasked = 1024;

template <class T>
class Engine {
 public:
  // Plays `model` from its start, its output multiplied by `gain`. `warm_frames`: how far back the input may
  // influence the output of any model that will be switched to; 0: none will. Allocates.
  Engine(const SettledModel<T>& model, double gain, std::int64_t warm_frames);
  Engine& operator=(const Engine&) = delete;

  // An independent copy of the state between two calls of process; the weights are shared. Any thread:
  // process goes on meanwhile, and what it made useless is copied again. Throws BusyError where process
  // leaves no gap that is long enough. Allocates, and waits for switch_to.
  std::unique_ptr<Engine> copy() const;

  int in_channels() const noexcept { return in_.channels(); }
  int out_channels() const noexcept { return out_.channels(); }
  const kernels::KernelSet& kernel_set() const noexcept { return kernel_set_; }

  // Runs `frames` frames. `out` may be `in`, or overlap it from below. Throws BusyError when another thread
  // is in this engine, and then has done nothing. Real time otherwise: no allocation, lock or system call.
  // Denormals count as zero inside; the caller's floating-point mode is restored.
  void process(ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames) { process(kernels_, in, out, frames); }
  // The same on other kernels, which must do the same and take the same panels: for a profile.
  void process(const kernels::KernelTable<T>& kernels, ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames);
  // The same, unless it is interrupted: it then returns false, and the engine is reset.
  bool process(ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames, Interruption& interruption);

  // Back to the start state; a switch under way is then complete. Takes effect when the next call of process
  // begins, which does the work: any thread, real time.
  void reset() noexcept { switcher_.want_reset(); }

  // Switches to another size of the model, of the same kernel set: warmed up on the input so far, and faded
  // in over `fade_frames` once it is up to date, which it is at once where nobody is in `process` meanwhile.
  // Any thread but the one in `process`. Allocates, and waits for others that do the same.
  void switch_to(const SettledModel<T>& model, double gain, std::int64_t fade_frames);
  // Whether a switch is not complete yet. Any thread, real time.
  bool switching() const noexcept { return switcher_.switching(); }
  // What this stream holds besides weights: state, input history. Not real time.
  std::int64_t memory_bytes() { return switcher_.memory_bytes(); }

 private:
  class Use;
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
