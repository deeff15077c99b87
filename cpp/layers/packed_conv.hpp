// Convolution weights in the order in which the kernels read them. Immutable and shared between copies.
#pragma once

#include <memory>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "layers/rows.hpp"

namespace nam_core::detail::layers {

struct ConvWeights;

template <class T>
class PackedConv {
 public:
  // `mixin`, if any, is a 1x1 convolution of the condition that is added to the same output rows; its bias is
  // not used. Allocates.
  PackedConv(const kernels::KernelTable<T>& kernels, const ConvWeights& conv,
             const ConvWeights* mixin = nullptr);

  int out_channels() const noexcept { return static_cast<int>(bias_.size()); }

  // For a single input row, the kernel treats the taps as rows that are a dilation apart; that saves a loop.
  bool taps_are_rows() const noexcept { return taps_are_rows_; }

  // The rows of each panel if all have the same number, else 0.
  int panel_rows() const noexcept;

  // Kernel arguments without the signals, which the caller fills in. They point only into these weights, so
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
  bool taps_are_rows_;
  int tap_count_;
  base::AlignedBuffer<T> bias_;
  base::AlignedBuffer<T> weights_;
  std::vector<kernels::ConvPanel<T>> panels_;
};

}  // namespace nam_core::detail::layers
