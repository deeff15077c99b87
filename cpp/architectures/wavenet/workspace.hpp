// Scratch that all layers of a WaveNet share, so that it stays in the cache.
#pragma once

#include <algorithm>

#include "base/planar.hpp"

namespace nam_core::detail::wavenet {

// How many rows of each kind the largest user needs.
struct WorkspaceRows {
  int bottleneck = 0;  // activation outputs
  int conv = 0;        // before the activation: up to 2 * bottleneck
  int channels = 0;    // the residual stream, if no history holds it
  int condition = 0;   // a modulated condition
  int head = 0;        // a head1x1 output before its FiLM

  void include(const WorkspaceRows& other) noexcept {
    bottleneck = std::max(bottleneck, other.bottleneck);
    conv = std::max(conv, other.conv);
    channels = std::max(channels, other.channels);
    condition = std::max(condition, other.condition);
    head = std::max(head, other.head);
  }
};

template <class T>
struct Workspace {
  Workspace() = default;
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
