#include "layers/dilated_conv.hpp"

namespace nam_core::detail::layers {

template <class T>
DilatedConv<T>::DilatedConv(kernels::Part part, const ConvPlan& plan, const ConvWeights& conv,
                            const ConvWeights* mixin)
    : weights_(plan, conv, mixin),
      args_(weights_.arguments(part)),
      history_(plan.in_channels, plan.lookback) {
  args_.tap_step = plan.dilation;
  args_.tap_stride = plan.taps_are_rows ? plan.dilation : history_.stride();
}

template class DilatedConv<float>;
template class DilatedConv<double>;

}  // namespace nam_core::detail::layers
