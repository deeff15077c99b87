// The clock by which blocks are timed.
#pragma once

#include <chrono>

namespace nam_core::player {

// Seconds, from any steady beginning.
inline double seconds_now() noexcept {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace nam_core::player
