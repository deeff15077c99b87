// How a model's time divides among its parts. To measure it, the engine runs on kernels that read the clock;
// other runs are no slower for it.
#pragma once

#include <vector>

#include "engine/engine.hpp"

namespace nam_core::detail::measuring {

using engine::Engine;
using kernels::ConstRows;

struct PartTime {
  const char* name;
  double seconds;
  std::int64_t calls;  // of kernels; of `process` for "overhead"
};

struct Profile {
  double seconds;               // time of the run without clocks
  std::vector<PartTime> parts;  // only parts that occur; they add up to `seconds`; "overhead" is the last
};

// Plays `in` in blocks of `block` frames, without a shorter last block, and drops the output. The time of a
// plain layer's one kernel is divided among convolution, activation, head sum and layer1x1 in proportion to
// the times of separate kernels on the same numbers. Allocates.
template <class T>
Profile profile(Engine<T>& engine, const typename Engine<T>::Use& use, ConstRows<T> in, std::ptrdiff_t frames,
                std::ptrdiff_t block);

}  // namespace nam_core::detail::measuring
