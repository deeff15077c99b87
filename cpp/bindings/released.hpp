// Lets other threads use Python during work.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <thread>

#include "engine/engine.hpp"
#include "measuring/clock.hpp"

namespace nam_core::detail::bindings {

namespace py = pybind11;

// Lets other threads run Python code while it lives.
//
// A thread that returns to Python while the interpreter ends sleeps until the process ends, as CPython 3.14
// does itself. Older versions end such a thread by unwinding its stack; that runs through our destructors and
// would abort the process.
class Released {
 public:
  Released() noexcept : state_(PyEval_SaveThread()) {}
  ~Released() { take_back(); }
  Released(const Released&) = delete;
  Released& operator=(const Released&) = delete;

  // Takes the GIL back during `call`.
  template <class Call>
  void taken_back(Call&& call) noexcept {
    take_back();
    call();
    state_ = PyEval_SaveThread();
  }

 private:
  void take_back() noexcept {
    try {
      PyEval_RestoreThread(state_);
    } catch (...) {
      for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
    }
  }

  PyThreadState* state_;
};

// Lets Ctrl-C, and any other signal with a handler in Python, end a long call of the main thread. Python
// handles signals in the main thread only, so calls of other threads are not interrupted.
class Signals final : public engine::Interruption {
 public:
  using Clock = measuring::Clock;

  // `frames`: how many the call processes. The caller holds the GIL.
  explicit Signals(std::ptrdiff_t frames) : watched_(frames > engine::kFramesUnasked && is_main_thread()) {
    if (watched_) asked_ = Clock::now();
  }

  // `released` is what `ask` takes the GIL back from. To be called before the first question.
  void watch_in(Released& released) noexcept { released_ = &released; }

  bool wanted() noexcept override { return watched_ && is_due(Clock::now()) && ask(); }

  // wanted() in two steps, for loops that read the clock anyway.
  bool is_due(Clock::time_point now) const noexcept { return watched_ && now - asked_ >= kPause; }
  bool ask() noexcept {
    released_->taken_back([this] { interrupted_ = PyErr_CheckSignals() != 0; });
    asked_ = Clock::now();
    return interrupted_;
  }

  // Throws what the handler has raised. The caller holds the GIL.
  void raise_if_interrupted() const {
    if (interrupted_) throw py::error_already_set();
  }

 private:
  static constexpr std::chrono::milliseconds kPause{50};

  static bool is_main_thread() {
    const py::module_ threading = py::module_::import("threading");
    return threading.attr("get_ident")().equal(threading.attr("main_thread")().attr("ident"));
  }

  Released* released_ = nullptr;
  const bool watched_;
  bool interrupted_ = false;
  Clock::time_point asked_;
};

}  // namespace nam_core::detail::bindings
