// How many past frames influence a model's output.
#pragma once

#include <algorithm>

#include "base/bytes.hpp"

namespace nam_core::detail::base {

struct Reach {
  // Input frames that influence one output frame, including the current one; 1 for an LSTM (format 6.1).
  int receptive_field = 1;
  // Input frames that influence the bits of one output frame, including the current one. It exceeds the
  // receptive field for long responses: their transforms round all frames of a window together, and windows
  // start at multiples of `grid` in the stream. A model that takes over a stream starts at least bit_memory -
  // 1 frames earlier, at a multiple of `grid` (docs/numerics.md).
  int bit_memory = 1;
  int grid = 1;
  // Whether silence brings the model to a constant state: false if it contains an LSTM.
  bool settles = true;

  // The reach of this model followed by another one. Every grid divides all larger grids.
  Reach then(const Reach& next) const noexcept {
    return {frame_count(std::int64_t{receptive_field} + next.receptive_field - 1),
            frame_count(std::int64_t{bit_memory} + next.bit_memory - 1), std::max(grid, next.grid),
            settles && next.settles};
  }
};

}  // namespace nam_core::detail::base
