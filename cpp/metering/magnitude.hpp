// The largest magnitude of a row.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace nam_core::detail::metering {

// Works in lanes, which the compiler turns into vectors. For finite samples, the order of the comparisons
// does not matter.
template <class T>
T largest_magnitude(const T* samples, std::ptrdiff_t count) noexcept {
  constexpr int kLanes = 16;
  T lanes[kLanes]{};
  std::ptrdiff_t t = 0;
  for (; t + kLanes <= count; t += kLanes)
    for (int i = 0; i < kLanes; ++i) lanes[i] = std::max(lanes[i], std::abs(samples[t + i]));
  for (; t < count; ++t) lanes[0] = std::max(lanes[0], std::abs(samples[t]));
  return *std::max_element(lanes, lanes + kLanes);
}

}  // namespace nam_core::detail::metering
