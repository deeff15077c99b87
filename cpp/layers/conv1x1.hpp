// A convolution of kernel size 1: no memory.
#pragma once

#include "layers/packed_conv.hpp"

namespace nam_core::detail::layers {

template <class T>
class Conv1x1 {
 public:
  // Allocates.
  Conv1x1(const kernels::KernelTable<T>& kernels, kernels::Part part, const ConvWeights& conv)
      : weights_(std::make_shared<PackedConv<T>>(kernels, conv)), args_(weights_->arguments(part)) {}

  int out_channels() const noexcept { return weights_->out_channels(); }
  int panel_rows() const noexcept { return weights_->panel_rows(); }

  // The weights alone, for a kernel that has the signals.
  const kernels::ConvArgs<T>& weights() const noexcept { return args_; }

  // out = bias + W in (+ residual). `residual` may be `out`, `in` may not. Real time.
  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out, ConstRows<T> residual = {}) noexcept {
    args_.taps = in.data;
    args_.tap_stride = in.stride;
    args_.residual = residual;
    args_.out = out;
    args_.frames = block.frames;
    block.kernels.conv(args_);
  }

 private:
  std::shared_ptr<const PackedConv<T>> weights_;
  kernels::ConvArgs<T> args_;
};

}  // namespace nam_core::detail::layers
