#include "architectures/linear/linear.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::linear {

using layers::as_const;

namespace {

// The file's responses as the weights of a convolution, whose tap 0 is the oldest (format 15.2).
layers::ConvWeights read_responses(const LinearPlan& plan, base::WeightReader& reader) {
  const int in = plan.config->in_channels, out = plan.config->out_channels;
  const int taps = plan.config->receptive_field;
  const int responses = plan.shares_response ? 1 : std::max(in, out);
  const int biases = plan.shares_response ? 1 : out;
  layers::ConvWeights conv{in, taps, plan.conv.head.groups,
                           base::read_matrix(reader, responses, taps).rowwise().reverse(),
                           base::Vector<double>::Zero(biases)};
  if (plan.config->bias) conv.bias = base::read_vector(reader, biases);
  reader.finish();
  if (plan.shares_response) {
    conv.weight = conv.weight.replicate(out, 1).eval();
    conv.bias = conv.bias.replicate(out, 1).eval();
  } else {
    conv.weight.resize(out, in * taps);  // [out][in][tap]: the order in memory stays
  }
  return conv;
}

}  // namespace

LinearPlan plan_linear(const LinearConfig& config, base::VectorUnit unit) {
  const int in = config.in_channels, out = config.out_channels;
  const bool each = in == out;
  return {&config, each,
          layers::plan_partitioned({in, out, config.receptive_field, 1, each ? in : 1}, each, unit)};
}

template <class T>
void Linear<T>::add_steps(const LinearPlan& plan, base::Plan& to) {
  to.add_copy("input", plan.config->in_channels);
  layers::PartitionedConvolution<T>::add_steps(plan.conv, to);
  to.add_scratch(sizeof(Linear));
  to.add_scratch(base::PlanarBuffer<T>::bytes(plan.config->in_channels));
  to.add_scratch(base::PlanarBuffer<T>::bytes(plan.config->out_channels));
}

template <class T>
Linear<T>::Linear(const base::Reach& reach, const LinearPlan& plan, base::WeightReader weights)
    : base::Model<T>(reach),
      config_(*plan.config),
      conv_(plan.conv, read_responses(plan, weights)),
      silence_(config_.in_channels),
      unheard_(config_.out_channels) {}

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
