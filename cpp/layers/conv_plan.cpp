#include "layers/conv_plan.hpp"

#include <algorithm>
#include <numeric>

namespace nam_core::detail::layers {

namespace {

// Cuts `out` rows at the borders of both groupings, and then into even panels of at most `most` rows.
std::vector<PanelRows> cut_panels(int out, int rows_per_group, int rows_per_mixin_group, int most) {
  const int step = std::gcd(rows_per_group, rows_per_mixin_group);
  std::vector<PanelRows> panels;
  for (int start = 0; start < out;) {
    int end = start + step;
    // Joins neighbouring pieces that lie within one group of both kinds.
    while (end < out && end % rows_per_group != 0 && end % rows_per_mixin_group != 0) end += step;
    int left = (end - start + most - 1) / most;
    for (; left > 0; --left) {
      const int rows = (end - start + left - 1) / left;
      panels.push_back({start, rows});
      start += rows;
    }
  }
  return panels;
}

}  // namespace

ConvPlan plan_conv(const ConvShape& shape, base::VectorUnit unit) {
  const std::int64_t lookback = (shape.kernel_size - std::int64_t{1}) * shape.dilation;
  const int out = shape.out_channels;
  return {shape, static_cast<int>(lookback), shape.in_channels == 1,
          cut_panels(out, out / shape.groups, shape.mixin_channels > 0 ? out / shape.mixin_groups : out,
                     unit.max_panel_rows)};
}

int ConvPlan::panel_height() const noexcept {
  const int rows = panels.front().rows;
  const auto as_tall = [&](const PanelRows& panel) { return panel.rows == rows; };
  return std::all_of(panels.begin(), panels.end(), as_tall) ? rows : 0;
}

}  // namespace nam_core::detail::layers
