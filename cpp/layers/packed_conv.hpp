// Convolution weights in the order in which the kernels read them. Immutable and shared between copies.
#pragma once

#include "base/aligned_buffer.hpp"
#include "layers/conv_plan.hpp"
#include "layers/rows.hpp"

namespace nam_core::detail::layers {

struct ConvWeights;

// Packed weights; copies share the memory.
template <class T>
class PackedConv {
 public:
  // Bytes that it allocates.
  static base::Bytes bytes(const ConvPlan& plan);

  // `conv` has the shape of the plan. `mixin` is a 1x1 convolution of the condition, if the plan has one; its
  // bias is not used. Allocates.
  PackedConv(const ConvPlan& plan, const ConvWeights& conv, const ConvWeights* mixin = nullptr);

  int out_channels() const noexcept { return static_cast<int>(bias_.size()); }

  // Kernel arguments without the signals, which the caller sets. They point only into these weights, so
  // copies of their owner can share them.
  kernels::ConvArgs<T> arguments(kernels::Part part) const noexcept {
    kernels::ConvArgs<T> args{};
    args.part = part;
    args.panels = panels_.data();
    args.panel_count = static_cast<int>(panels_.size());
    args.bias = bias_.data();
    args.tap_count = tap_count_;
    return args;
  }

 private:
  int tap_count_;
  base::SharedBuffer<T> bias_;
  base::SharedBuffer<T> weights_;
  base::SharedBuffer<kernels::ConvPanel<T>> panels_;
};

}  // namespace nam_core::detail::layers
