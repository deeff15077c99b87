// A causal convolution with its history (format 4): y[o][t] = b[o] + sum W[o][i][k] x[i][t - (K-1-k) d].
#pragma once

#include "layers/history.hpp"
#include "layers/packed_conv.hpp"

namespace nam_core::detail::layers {

template <class T>
class DilatedConv {
 public:
  static base::Bytes bytes(const ConvPlan& plan) {
    base::Bytes bytes = PackedConv<T>::bytes(plan);
    bytes += {0, History<T>::bytes(plan.in_channels, plan.lookback)};
    return bytes;
  }

  // `mixin`: see PackedConv. Allocates.
  DilatedConv(kernels::Part part, const ConvPlan& plan, const ConvWeights& conv,
              const ConvWeights* mixin = nullptr);

  int in_channels() const noexcept { return history_.channels(); }
  int out_channels() const noexcept { return weights_.out_channels(); }
  int lookback() const noexcept { return history_.lookback(); }

  // Write the input of the next block here before process(). Valid until then.
  Rows<T> input() noexcept { return history_.input(); }

  // Convolves the block that was written at input(). `mixin` is the condition, if the weights have a mixin.
  // The input can be read there until the next call. Real time.
  void process(const Block<T>& block, Rows<T> out, ConstRows<T> mixin = {}) noexcept {
    block.kernels.conv(begin(block, out, mixin));
    end(block);
  }

  // process() in two halves, for kernels that do more than the convolution: begin() returns the arguments,
  // valid until the next call; end() advances the history.
  const kernels::ConvArgs<T>& begin(const Block<T>& block, Rows<T> out, ConstRows<T> mixin) noexcept {
    if (block.settle) history_.settle();
    args_.taps = history_.oldest();
    args_.mixin = mixin;
    args_.out = out;
    args_.frames = block.frames;
    return args_;
  }
  void end(const Block<T>& block) noexcept { history_.advance(block); }

 private:
  PackedConv<T> weights_;
  kernels::ConvArgs<T> args_;
  History<T> history_;
};

}  // namespace nam_core::detail::layers
