#include "layers/dilated_conv.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::layers {

template <class T>
DilatedConv<T>::DilatedConv(const kernels::KernelTable<T>& kernels, kernels::Part part,
                            const ConvWeights& conv, int dilation, const ConvWeights* mixin)
    : weights_(std::make_shared<PackedConv<T>>(kernels, conv, mixin)),
      args_(weights_->arguments(part)),
      history_(conv.in_channels, (conv.kernel_size - 1) * dilation) {
  args_.tap_step = dilation;
  args_.tap_stride = weights_->taps_are_rows() ? dilation : history_.stride();
}

template class DilatedConv<float>;
template class DilatedConv<double>;

}  // namespace nam_core::detail::layers
