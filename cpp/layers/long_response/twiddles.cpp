#include "layers/long_response/twiddles.hpp"

namespace nam_core::detail::layers {

TwiddleTable::TwiddleTable(int passes) : passes_(passes), table_(static_cast<std::size_t>(first_of(passes))) {
  // Angles are fractions of the circle, over `order`. In the only block of the first pass, s is the fourth
  // root of i, at 1/16. In a block that comes from i^k s, its own s is the fourth root of i^k s, at a quarter
  // of that angle.
  const std::int64_t order = std::int64_t{4} << (2 * passes);
  const UnitRoots roots(order);
  std::vector<std::int64_t> angles{order / 16};
  for (int depth = 0; depth < passes; ++depth) {
    std::vector<std::int64_t> next;
    for (std::size_t block = 0; block < angles.size(); ++block) {
      const std::int64_t angle = angles[block];
      table_[static_cast<std::size_t>(first_of(depth)) + block] = {
          {roots(angle), roots(2 * angle), roots(3 * angle)}};
      if (depth + 1 == passes) continue;
      for (int k = 0; k < 4; ++k) next.push_back((angle + k * (order / 4)) / 4);
    }
    angles = std::move(next);
  }
}

}  // namespace nam_core::detail::layers
