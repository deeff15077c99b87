#include "layers/conv_plan.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "base/errors.hpp"

namespace nam_core::detail::layers {

namespace {

// Positions in a history are ints, and its memory is a little more than twice the lookback.
constexpr std::int64_t kMostLookback = std::numeric_limits<int>::max() / 4;
// Their histories alone take 3.8 GB in float32.
constexpr int kMostChannels = 1 << 20;

// Cuts `out` rows at the borders of both groupings, and then into even panels of at most `most` rows.
std::vector<PanelRows> cut_panels(int out, int rows_per_group, int rows_per_mixin_group, int most) {
  const int step = std::gcd(rows_per_group, rows_per_mixin_group);
  std::vector<PanelRows> panels;
  for (int start = 0; start < out;) {
    int end = start + step;
    // Neighbouring pieces within one group of both kinds belong together.
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

void check_groups(int in_channels, int out_channels, int groups) {
  if (in_channels < 1 || out_channels < 1 || groups < 1 || in_channels % groups != 0 ||
      out_channels % groups != 0)
    throw ConfigError("channels " + std::to_string(in_channels) + " and " + std::to_string(out_channels) +
                      " are not divisible by groups " + std::to_string(groups));
}

ConvPlan plan_conv(const ConvShape& shape, base::VectorUnit unit) {
  check_groups(shape.in_channels, shape.out_channels, shape.groups);
  if (shape.mixin_channels > 0) check_groups(shape.mixin_channels, shape.out_channels, shape.mixin_groups);
  if (std::max({shape.in_channels, shape.out_channels, shape.mixin_channels}) > kMostChannels)
    throw ConfigError("a convolution has at most " + std::to_string(kMostChannels) + " channels");
  if (shape.kernel_size < 1 || shape.dilation < 1)
    throw ConfigError("a convolution needs a kernel_size and a dilation of at least 1");
  const std::int64_t lookback = (shape.kernel_size - std::int64_t{1}) * shape.dilation;
  if (lookback > kMostLookback)
    throw ConfigError("a convolution reads " + std::to_string(lookback) + " frames of the past, at most " +
                      std::to_string(kMostLookback) + " are possible");
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
