#include "layers/long_response/tier_sizes.hpp"

#include <algorithm>
#include <iterator>

namespace nam_core::detail::layers {

namespace {

// Up to this many taps, one direct sum takes no more time than 256 direct taps and transforms for the rest.
constexpr int kMostDirectTaps = 384;

// The available transforms by number of passes: from the smallest that the kernels support to the largest
// that is faster. A larger transform is used if the smaller one would need at least this many more
// partitions.
struct TransformChoice {
  int passes;
  int partitions_saved;
};
constexpr TransformChoice kTransforms[] = {{4, 1}, {6, 48}, {8, 112}};

constexpr int block_of(int passes) { return 1 << (2 * passes); }

}  // namespace

int ResponseSizes::bit_memory() const noexcept {
  int frames = direct_taps;
  for (const TierSize& tier : tiers) frames = std::max(frames, tier.bit_memory());
  return frames;
}

int ResponseSizes::grid() const noexcept { return tiers.empty() ? 1 : tiers.back().block; }

ResponseSizes response_sizes(int taps) {
  if (taps <= kMostDirectTaps) return {taps, {}};
  ResponseSizes sizes{block_of(kTransforms[0].passes), {}};
  int first = sizes.direct_taps;
  for (const TransformChoice* choice = kTransforms; first < taps; ++choice) {
    const int block = block_of(choice->passes);
    int end = taps;
    if (const TransformChoice* next = choice + 1; next < std::end(kTransforms)) {
      const int next_first = 2 * block_of(next->passes);
      if (taps - next_first >= next->partitions_saved * block) end = next_first;
    }
    sizes.tiers.push_back({choice->passes, block, first, (end - first + block - 1) / block});
    first = end;
  }
  return sizes;
}

}  // namespace nam_core::detail::layers
