// Plans a convolution from its shape, before its weights are read.
#pragma once

#include "base/plan.hpp"

namespace nam_core::detail::layers {

struct ConvShape {
  int in_channels, out_channels;
  int kernel_size = 1, dilation = 1, groups = 1;
  // A 1x1 convolution of the condition that is added to the same output rows; 0 channels: none.
  int mixin_channels = 0, mixin_groups = 1;
};

// Output rows [first, first + rows) that are computed together: they all read the same input and condition
// rows.
struct PanelRows {
  int first, rows;
};

struct ConvPlan : ConvShape {
  int lookback;                   // frames of the past that the convolution reads
  bool taps_are_rows;             // with a single input row, the kernel treats each tap as a row
  std::vector<PanelRows> panels;  // in the order of their rows

  int in_rows() const noexcept { return in_channels / groups; }              // rows that one output row reads
  int mixin_rows() const noexcept { return mixin_channels / mixin_groups; }  // the same for the condition
  std::int64_t terms() const noexcept {
    return mixin_rows() + static_cast<std::int64_t>(in_rows()) * kernel_size;
  }
  // The number of rows of each panel if all are equal, otherwise 0.
  int panel_height() const noexcept;
};

// `shape` must have passed engine/check.hpp. Allocates.
ConvPlan plan_conv(const ConvShape& shape, base::VectorUnit unit);

}  // namespace nam_core::detail::layers
