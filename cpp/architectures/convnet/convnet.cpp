#include "architectures/convnet/convnet.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::convnet {

using layers::as_const;

namespace {

constexpr int kKernelSize = 2;

// Folds y = scale (v - mean) + bias, scale = weight / sqrt(variance + eps), into the convolution.
void fold_batch_norm(base::WeightReader& reader, layers::ConvWeights& conv) {
  const auto channels = conv.bias.size();
  const base::Vector<double> mean = base::read_vector(reader, channels);
  const base::Vector<double> variance = base::read_vector(reader, channels);
  const base::Vector<double> weight = base::read_vector(reader, channels);
  const base::Vector<double> bias = base::read_vector(reader, channels);
  const double eps = base::read_vector(reader, 1)(0);
  const base::Vector<double> scale = weight / (variance + eps).sqrt();
  conv.weight.colwise() *= scale;
  conv.bias = bias - scale * mean;
}

}  // namespace

template <class T>
ConvNet<T>::ConvNet(const kernels::KernelTable<T>& kernels, const ConvNetConfig& config,
                    base::WeightReader weights)
    : in_channels_(config.in_channels),
      out_channels_(config.out_channels),
      activation_(config.activation, config.channels),
      conv_(config.channels),
      activated_(config.channels),
      silence_(config.in_channels),
      unheard_(config.out_channels) {
  if (config.dilations.empty()) throw ConfigError("a ConvNet needs at least one block");
  int width = config.in_channels;
  for (const int dilation : config.dilations) {
    auto conv =
        layers::read_conv(weights, width, config.channels, kKernelSize, config.groups, !config.batchnorm);
    if (config.batchnorm) fold_batch_norm(weights, conv);
    blocks_.emplace_back(kernels, layers::Part::conv, conv, dilation);
    width = config.channels;
  }
  head_.emplace_back(kernels, layers::Part::head,
                     layers::read_conv(weights, width, config.out_channels, 1, 1, true));
  weights.finish();
}

template <class T>
void ConvNet<T>::process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept {
  layers::copy_rows(block, in_channels_, in, blocks_.front().input());
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    const bool last = b + 1 == blocks_.size();
    blocks_[b].process(block, conv_.rows());
    activation_.process(block, as_const(conv_.rows()), last ? activated_.rows() : blocks_[b + 1].input());
  }
  head_.front().process(block, as_const(activated_.rows()), out);
}

template <class T>
void ConvNet<T>::reset(const kernels::KernelTable<T>& kernels) noexcept {
  process({kernels, 1, true}, as_const(silence_.rows()), unheard_.rows());
}

template <class T>
int ConvNet<T>::receptive_field() const noexcept {
  int frames = 1;
  for (const auto& block : blocks_) frames += block.lookback();
  return frames;
}

template class ConvNet<float>;
template class ConvNet<double>;

}  // namespace nam_core::detail::convnet
