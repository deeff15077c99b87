// The twiddle factors of a transform, before they are rounded to the engine's precision.
#pragma once

#include <vector>

#include "layers/long_response/unit_roots.hpp"

namespace nam_core::detail::layers {

// s, s^2 and s^3 of a block, whose polynomial is divided by four factors v - i^k s.
struct BlockTwiddles {
  UnitRoots::Root power[3];
};

// The twiddle factors of all blocks of a transform of 4^passes values.
class TwiddleTable {
 public:
  // Allocates.
  explicit TwiddleTable(int passes);

  int passes() const noexcept { return passes_; }
  // Pass `depth` has 4^depth blocks; block 4 b + k comes from factor k of block b of the pass before.
  const BlockTwiddles& operator()(int depth, std::ptrdiff_t block) const noexcept {
    return table_[static_cast<std::size_t>(first_of(depth) + block)];
  }

 private:
  // Number of blocks of all passes before `depth`.
  static constexpr std::ptrdiff_t first_of(int depth) noexcept {
    return ((std::ptrdiff_t{1} << (2 * depth)) - 1) / 3;
  }

  int passes_;
  std::vector<BlockTwiddles> table_;
};

}  // namespace nam_core::detail::layers
