// How far back a model looks.
#pragma once

#include <algorithm>

#include "base/bytes.hpp"

namespace nam_core::detail::base {

struct Reach {
  // Frames that influence one output frame, the present one included; 1 for an LSTM (format 6.1).
  int receptive_field = 1;
  // Frames that influence an output frame's bits, the present one included. More than the receptive field
  // with long responses, whose transforms round all of a window together; they also take the windows at
  // multiples of `grid` in the stream. A model that takes over a stream in the middle begins as many frames
  // before, at such a multiple (docs/numerics.md).
  int bit_memory = 1;
  int grid = 1;
  // Whether silence brings the model to a constant state: not where an LSTM takes part.
  bool settles = true;

  // That of this model and another one behind it. Every grid divides the larger ones.
  Reach then(const Reach& next) const noexcept {
    return {frame_count(std::int64_t{receptive_field} + next.receptive_field - 1),
            frame_count(std::int64_t{bit_memory} + next.bit_memory - 1), std::max(grid, next.grid),
            settles && next.settles};
  }
};

}  // namespace nam_core::detail::base
