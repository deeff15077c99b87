// Counts memory before it is allocated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace nam_core::detail::base {

// Sums and products of sizes >= 0. On overflow the result is the largest number, so that an excessive
// description is refused as too large.
inline constexpr std::int64_t kMostBytes = std::numeric_limits<std::int64_t>::max();

constexpr std::int64_t add_bytes(std::int64_t a, std::int64_t b) {
  return a > kMostBytes - b ? kMostBytes : a + b;
}
constexpr std::int64_t times(std::int64_t a, std::int64_t b) {
  return a != 0 && b > kMostBytes / a ? kMostBytes : a * b;
}

// A number of frames as an int, at most the largest int.
constexpr int frame_count(std::int64_t frames) {
  constexpr int most = std::numeric_limits<int>::max();
  return frames > most ? most : static_cast<int>(frames);
}

// Memory of a part of a model.
struct Bytes {
  std::int64_t weights = 0;  // shared among copies
  std::int64_t state = 0;    // for each copy: histories, scratch, and the objects themselves

  Bytes& operator+=(const Bytes& other) {
    weights = add_bytes(weights, other.weights);
    state = add_bytes(state, other.state);
    return *this;
  }
};

}  // namespace nam_core::detail::base
