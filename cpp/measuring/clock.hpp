// The clock of all time measurements.
#pragma once

#include <chrono>

namespace nam_core::detail::measuring {

using Clock = std::chrono::steady_clock;

template <class Call>
double seconds_of(Call&& call) {
  const auto before = Clock::now();
  call();
  return std::chrono::duration<double>(Clock::now() - before).count();
}

}  // namespace nam_core::detail::measuring
