// The clock that measures the time of blocks.
#pragma once

#include <chrono>

namespace nam_core::player {

// Returns seconds of a steady clock. Only differences mean something.
inline double seconds_now() noexcept {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace nam_core::player
