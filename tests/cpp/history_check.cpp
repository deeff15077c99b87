// Measures what a History copies: in no block more than a tile and the block, whatever its lookback
// (docs/performance.md). Exit status 0: so it is.
#include <algorithm>
#include <cstdio>

#include "layers/history.hpp"

namespace {

using nam_core::detail::base::kTile;

int copied = 0;  // frames of each row, since it was last set to 0

void count(const nam_core::detail::kernels::ElementwiseArgs<float>& args) { copied += args.frames; }

// The most frames that one of many blocks copies, or -1 if none ever did.
int most_copied(int lookback, int block) {
  nam_core::detail::kernels::KernelTable<float> counting{};
  counting.copy = count;
  nam_core::detail::layers::History<float> history(3, lookback);
  int most = -1;
  // The memory is gone through several times.
  for (int frames = 0; frames < 8 * (lookback + 4 * kTile); frames += block) {
    copied = 0;
    history.advance({counting, block});
    if (copied > 0) most = std::max(most, copied);
  }
  return most;
}

}  // namespace

int main() {
  int failures = 0;
  for (const int lookback : {1, 2, 63, 512, 2046, 8190})
    for (const int block : {1, 7, 16, 64, 100, kTile}) {
      const int most = most_copied(lookback, block);
      if (most > 0 && most < kTile + block) continue;
      std::printf("lookback %d, blocks of %d: a block copies %d frames\n", lookback, block, most);
      ++failures;
    }
  std::printf("history: %d failures\n", failures);
  return failures != 0;
}
