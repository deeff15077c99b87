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

  // A single input row: its taps are as many rows to the kernel, a dilation apart, which saves it a loop.
  bool taps_are_rows() const noexcept { return taps_are_rows_; }

  // The rows of each panel where all have as many, 0 otherwise.
  int panel_rows() const noexcept;

  // Kernel arguments with what never changes filled in; the signals are left to the caller. They point into
  // these weights only, so copies of their owner may share them.
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
