// The exceptions of the library. Python validates input. These report misuse of the C++ interface;
// engine/size_family.py raises Python's own errors in their place.
#pragma once

#include <stdexcept>

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

// Two threads in one model at once.
struct BusyError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace nam_core::detail
