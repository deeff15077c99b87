// Running an engine outside of Python, and copying it between two such runs.
#pragma once

#include <pybind11/critical_section.h>

#include <chrono>
#include <exception>
#include <optional>
#include <thread>

#include "base/errors.hpp"
#include "bindings/released.hpp"

namespace nam_core::detail::bindings {

// Python's lock on an engine: the GIL, which the caller holds, or the object's own lock in a Python without
// GIL.
using PythonsLock = py::scoped_critical_section;

// The right to run an engine, during which other threads may use Python. It is taken under Python's lock. So
// while a thread holds that lock, a free engine stays free.
template <class T>
class Playing {
 public:
  using Engine = engine::Engine<T>;

  // Throws BusyError if another thread has the right.
  Playing(py::handle self, Engine& engine) {
    const PythonsLock lock(self);
    use_.emplace(engine);
    released_.emplace();
  }

  const typename Engine::Use& use() const noexcept { return *use_; }
  Released& released() noexcept { return *released_; }

 private:
  // The order matters: at the end, the engine is free before this thread waits for the GIL.
  std::optional<Released> released_;
  std::optional<typename Engine::Use> use_;
};

// How long a copy waits for a gap between two calls of process: longer than most blocks last.
inline constexpr std::chrono::milliseconds kCopyPatience{20};

// Copies the state between two calls of process. The copy is made under Python's lock, so a call of process
// that comes meanwhile waits for that lock, as it would for any other work in Python, and is not refused. The
// copy waits for calls of switch_to. Throws BusyError if process leaves no gap.
template <class T>
std::unique_ptr<engine::Engine<T>> copy(py::handle self) {
  auto& engine = self.cast<engine::Engine<T>&>();
  Released released;
  const auto control = engine.control();
  const auto patience_ends = std::chrono::steady_clock::now() + kCopyPatience;
  for (;;) {
    const bool last = std::chrono::steady_clock::now() >= patience_ends;
    std::unique_ptr<engine::Engine<T>> copied;
    std::exception_ptr failure;
    if (last || !engine.in_use())
      released.taken_back([&] {
        const PythonsLock lock(self);
        try {
          copied = engine.copy(control);
        } catch (const BusyError&) {
          if (last) failure = std::current_exception();
        } catch (...) {
          failure = std::current_exception();
        }
      });
    if (failure) std::rethrow_exception(failure);
    if (copied) return copied;
    std::this_thread::yield();
  }
}

}  // namespace nam_core::detail::bindings
