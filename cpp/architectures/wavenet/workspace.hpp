// Scratch that all layers of a WaveNet share, so that it stays in the cache.
#pragma once

#include "architectures/wavenet/plan.hpp"
#include "base/planar.hpp"

namespace nam_core::detail::wavenet {

template <class T>
struct Workspace {
  // What it allocates.
  static std::int64_t bytes(const WorkspaceRows& rows) {
    std::int64_t sum = 0;
    for (const int count : {rows.conv, rows.conv, rows.bottleneck, rows.channels, rows.channels,
                            rows.channels, rows.condition, rows.head})
      sum = base::add_bytes(sum, base::PlanarBuffer<T>::bytes(count));
    return sum;
  }

  // Allocates.
  explicit Workspace(const WorkspaceRows& rows)
      : conv(rows.conv),
        mixin(rows.conv),
        activated(rows.bottleneck),
        residual{base::PlanarBuffer<T>(rows.channels), base::PlanarBuffer<T>(rows.channels)},
        layer1x1(rows.channels),
        condition(rows.condition),
        head1x1(rows.head) {}

  base::PlanarBuffer<T> conv;         // z
  base::PlanarBuffer<T> mixin;        // the input mixin, if a FiLM prevents one sum
  base::PlanarBuffer<T> activated;    // p
  base::PlanarBuffer<T> residual[2];  // h, alternating from layer to layer
  base::PlanarBuffer<T> layer1x1;     // r before its FiLM
  base::PlanarBuffer<T> condition;
  base::PlanarBuffer<T> head1x1;
};

}  // namespace nam_core::detail::wavenet
