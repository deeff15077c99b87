#include "layers/long_response/partitioned_convolution.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::layers {

namespace {

// The newest `taps` of each response.
ConvWeights newest(const ConvWeights& conv, int taps) {
  const int inputs = conv.in_channels / conv.groups;
  ConvWeights head{conv.in_channels, taps, conv.groups, {}, conv.bias};
  head.weight.resize(conv.weight.rows(), std::ptrdiff_t{inputs} * taps);
  for (int i = 0; i < inputs; ++i)
    head.weight.middleCols(std::ptrdiff_t{i} * taps, taps) =
        conv.weight.middleCols(std::ptrdiff_t{i + 1} * conv.kernel_size - taps, taps);
  return head;
}

}  // namespace

template <class T>
PartitionedConvolution<T>::PartitionedConvolution(const kernels::KernelTable<T>& kernels,
                                                  const ConvWeights& conv)
    : PartitionedConvolution(kernels, conv, response_sizes(conv.kernel_size)) {}

template <class T>
PartitionedConvolution<T>::PartitionedConvolution(const kernels::KernelTable<T>& kernels,
                                                  const ConvWeights& conv, const ResponseSizes& sizes)
    : bit_memory_(sizes.bit_memory()),
      grid_(sizes.grid()),
      head_(kernels, kernels::Part::conv, newest(conv, sizes.direct_taps), 1) {
  tiers_.reserve(sizes.tiers.size());
  for (const TierSize& size : sizes.tiers)
    tiers_.emplace_back(std::make_shared<const TierResponse<T>>(size, conv));
}

template class PartitionedConvolution<float>;
template class PartitionedConvolution<double>;

}  // namespace nam_core::detail::layers
