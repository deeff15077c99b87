#include "architectures/linear/linear.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::linear {

using layers::as_const;

namespace {

// The file's responses as the weights of a convolution, whose tap 0 is the oldest (format 15.2).
layers::ConvWeights read_responses(const LinearConfig& config, base::WeightReader& reader) {
  const int in = config.in_channels, out = config.out_channels, taps = config.receptive_field;
  if (in != out && in != 1 && out != 1)
    throw ConfigError("a Linear with unequal numbers of channels needs one input or one output");
  const bool each = in == out;  // every channel by itself, all alike: a depthwise convolution
  const int responses = each ? 1 : std::max(in, out), biases = each ? 1 : out;
  layers::ConvWeights conv{in, taps, each ? in : 1,
                           base::read_matrix(reader, responses, taps).rowwise().reverse(),
                           base::Vector<double>::Zero(biases)};
  if (config.bias) conv.bias = base::read_vector(reader, biases);
  reader.finish();
  if (each) {
    conv.weight = conv.weight.replicate(in, 1).eval();
    conv.bias = conv.bias.replicate(in, 1).eval();
  } else {
    conv.weight.resize(out, in * taps);  // [out][in][tap]: the order in memory stays
  }
  return conv;
}

}  // namespace

template <class T>
Linear<T>::Linear(const kernels::KernelTable<T>& kernels, const LinearConfig& config,
                  base::WeightReader weights)
    : config_(config),
      conv_(kernels, read_responses(config, weights)),
      silence_(config.in_channels),
      unheard_(config.out_channels) {}

template <class T>
void Linear<T>::process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept {
  layers::copy_rows(block, config_.in_channels, in, conv_.input());
  conv_.process(block, out);
}

template <class T>
void Linear<T>::reset(const kernels::KernelTable<T>& kernels) noexcept {
  process({kernels, 1, true}, as_const(silence_.rows()), unheard_.rows());
}

template class Linear<float>;
template class Linear<double>;

}  // namespace nam_core::detail::linear
