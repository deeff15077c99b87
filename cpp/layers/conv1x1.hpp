// A convolution of kernel size 1, which has no history.
#pragma once

#include "layers/packed_conv.hpp"

namespace nam_core::detail::layers {

template <class T>
class Conv1x1 {
 public:
  static base::Bytes bytes(const ConvPlan& plan) { return PackedConv<T>::bytes(plan); }

  // Allocates.
  Conv1x1(kernels::Part part, const ConvPlan& plan, const ConvWeights& conv)
      : weights_(plan, conv), args_(weights_.arguments(part)) {}

  int out_channels() const noexcept { return weights_.out_channels(); }

  // The weights without signals, for a kernel that sets the signals itself.
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
  PackedConv<T> weights_;
  kernels::ConvArgs<T> args_;
};

}  // namespace nam_core::detail::layers
