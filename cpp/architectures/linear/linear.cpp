#include "architectures/linear/linear.hpp"

#include "layers/activation.hpp"

namespace nam_core::detail::linear {

using layers::as_const;

namespace {

// The same impulse response for each channel: a depthwise convolution.
layers::ConvWeights read_taps(const LinearConfig& config, base::WeightReader& reader) {
  const int channels = std::min(config.in_channels, config.out_channels);
  const auto taps = reader.matrix(1, config.receptive_field);
  const double bias = config.bias ? reader.vector(1)(0) : 0.0;
  reader.finish();
  return {channels, config.receptive_field, channels, taps.replicate(channels, 1),
          base::Vector<double>::Constant(channels, bias)};
}

}  // namespace

template <class T>
Linear<T>::Linear(const kernels::KernelTable<T>& kernels, const LinearConfig& config,
                  base::WeightReader weights)
    : config_(config),
      conv_(kernels, layers::Part::conv, read_taps(config, weights), 1),
      silence_(config.in_channels),
      unheard_(config.out_channels) {}

template <class T>
void Linear<T>::process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept {
  const int channels = conv_.out_channels();
  layers::copy_rows(block, channels, in, conv_.input());
  conv_.process(block, out);
  for (int i = channels; i < config_.out_channels; ++i)
    std::fill_n(out.data + i * out.stride, block.frames, T(0));
}

template <class T>
void Linear<T>::reset(const kernels::KernelTable<T>& kernels) noexcept {
  process({kernels, 1, true}, as_const(silence_.rows()), unheard_.rows());
}

template class Linear<float>;
template class Linear<double>;

}  // namespace nam_core::detail::linear
