// Divides a long response: which taps are summed directly, and which go into partitions of which size.
#pragma once

#include <vector>

namespace nam_core::detail::layers {

// Taps [first_tap, first_tap + partitions * block) of a response, in partitions of `block` taps.
struct TierSize {
  int passes;  // passes of its transforms: block = 4^passes
  int block;
  int first_tap;
  int partitions;

  // Whether an output block is needed as soon as its newest input block is complete. All other tiers have the
  // time of one more block.
  bool at_once() const noexcept { return first_tap == block; }
  // Frames that influence the bits of one output frame, including the current one: the oldest window begins
  // one block earlier than its partition needs.
  int bit_memory() const noexcept { return first_tap + (partitions + 1) * block; }
};

struct ResponseSizes {
  int direct_taps;  // the newest taps
  std::vector<TierSize> tiers;

  // See base::Reach.
  int bit_memory() const noexcept;
  int grid() const noexcept;
};

// The sizes are from measurements (docs/performance.md). Allocates.
ResponseSizes response_sizes(int taps);

}  // namespace nam_core::detail::layers
