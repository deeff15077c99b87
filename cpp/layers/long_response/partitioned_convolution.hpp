// A convolution of any length without latency: the newest taps as one sum, the others in the frequency domain
// (Gardner, "Efficient convolution without input-output delay", JAES 43(3), 1995).
#pragma once

#include "layers/dilated_conv.hpp"
#include "layers/long_response/tier.hpp"

namespace nam_core::detail::layers {

template <class T>
class PartitionedConvolution {
 public:
  // Up to what length all taps are one sum: response_sizes. Allocates.
  PartitionedConvolution(const kernels::KernelTable<T>& kernels, const ConvWeights& conv);

  int out_channels() const noexcept { return head_.out_channels(); }
  // See Model.
  int bit_memory() const noexcept { return bit_memory_; }
  int grid() const noexcept { return grid_; }

  // Where the input of the next block is to be written before process(); valid until then.
  Rows<T> input() noexcept { return head_.input(); }

  // Convolves the block that was written at input(). Real time.
  void process(const Block<T>& block, Rows<T> out) noexcept {
    const ConstRows<T> in = as_const(head_.input());
    head_.process(block, out);
    for (Tier<T>& tier : tiers_) tier.process(block, in, out);
  }

 private:
  PartitionedConvolution(const kernels::KernelTable<T>& kernels, const ConvWeights& conv,
                         const ResponseSizes& sizes);

  int bit_memory_, grid_;
  DilatedConv<T> head_;
  std::vector<Tier<T>> tiers_;
};

}  // namespace nam_core::detail::layers
