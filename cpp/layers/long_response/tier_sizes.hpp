// How a long response is divided: which taps are summed directly, and which ones in partitions of which size.
#pragma once

#include <vector>

namespace nam_core::detail::layers {

// Taps [first_tap, first_tap + partitions * block) of a response, in partitions of `block` taps.
struct TierSize {
  int passes;  // of its transforms: block = 4^passes
  int block;
  int first_tap;
  int partitions;

  // Whether an output block is due as soon as its newest input block is complete. All others have the time of
  // one more block.
  bool at_once() const noexcept { return first_tap == block; }
  // Frames that influence the bits of one, the present one included: the oldest window begins a block before
  // what its partition needs.
  int bit_memory() const noexcept { return first_tap + (partitions + 1) * block; }
};

struct ResponseSizes {
  int direct_taps;  // the newest
  std::vector<TierSize> tiers;

  // See Model.
  int bit_memory() const noexcept;
  int grid() const noexcept;
};

// Measured: docs/performance.md. Allocates.
ResponseSizes response_sizes(int taps);

}  // namespace nam_core::detail::layers
