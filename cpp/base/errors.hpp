// The exceptions of the library, and the one place that throws them. Python validates input. These report
// misuse of the C++ interface; engine/size_family.py and part_sizes.py raise Python's own errors in their
// place.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace nam_core::detail {

// A configuration whose sizes do not fit together.
struct ConfigError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

// Fewer or more weights than the configuration implies.
struct WeightError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

// An instruction set that is unknown, not compiled in, or not supported by this processor.
struct IsaError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// More memory than a limit allows; the message is the number of bytes needed.
struct LimitError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Two threads in one model at once.
struct BusyError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws an E. In a program without exceptions it aborts. Such a program calls Model::make
// (nam_core/nam_core.hpp) instead, which returns every error of a description as a value.
template <class E>
[[noreturn]] void raise(const std::string& what) {
#if defined(__cpp_exceptions)
  throw E(what);
#else
  static_cast<void>(what);
  std::abort();
#endif
}

}  // namespace nam_core::detail
