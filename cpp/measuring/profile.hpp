// Where a model's time goes, part by part: the same engine on kernels that time themselves. Other runs know
// nothing of it, and pay nothing.
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
  double seconds;               // what the run takes when nothing is timed inside
  std::vector<PartTime> parts;  // those that occur, which add up to `seconds`; "overhead" is the last
};

// Plays `in` in blocks of `block` frames, output dropped, and leaves out what is no whole block. What one
// kernel does at once, a plain layer's convolution, activation, head sum and layer1x1, is shared among these
// in proportion to the time of separate kernels on the same numbers. Throws BusyError. Allocates.
template <class T>
Profile profile(Engine<T>& engine, ConstRows<T> in, std::ptrdiff_t frames, std::ptrdiff_t block);

}  // namespace nam_core::detail::measuring
