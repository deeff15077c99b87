#include "architectures/convnet/convnet.hpp"

#include "layers/conv_weights.hpp"
#include "layers/steps.hpp"

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

ConvNetPlan plan_convnet(const ConvNetConfig& config, base::VectorUnit unit) {
  ConvNetPlan plan{&config, {}, layers::plan_conv({config.channels, config.out_channels}, unit)};
  plan.blocks.reserve(config.dilations.size());
  int width = config.in_channels;
  for (const int dilation : config.dilations) {
    plan.blocks.push_back(
        layers::plan_conv({width, config.channels, kKernelSize, dilation, config.groups}, unit));
    width = config.channels;
  }
  return plan;
}

template <class T>
void ConvNet<T>::add_steps(const ConvNetPlan& plan, base::Plan& to) {
  const ConvNetConfig& config = *plan.config;
  to.add_copy("input", config.in_channels);
  // All blocks share one activation.
  base::Bytes parameters = layers::Activation<T>::bytes(config.channels);
  for (const layers::ConvPlan& conv : plan.blocks) {
    layers::add_conv<T>(to, "conv", layers::Part::conv, conv, {.remembers = true});
    to.add(layers::activation_step("activation", config.activation.kind, config.channels, parameters));
    to.add_scratch(sizeof(layers::DilatedConv<T>));
    parameters = {};
  }
  layers::add_conv<T>(to, "head", layers::Part::head, plan.head);
  to.add_scratch(sizeof(ConvNet));
  for (const int rows : {config.channels, config.channels, config.in_channels, config.out_channels})
    to.add_scratch(base::PlanarBuffer<T>::bytes(rows));
}

template <class T>
ConvNet<T>::ConvNet(const base::Reach& reach, const ConvNetPlan& plan, base::WeightReader weights)
    : base::Model<T>(reach),
      in_channels_(plan.config->in_channels),
      out_channels_(plan.config->out_channels),
      activation_(plan.config->activation, plan.config->channels),
      conv_(plan.config->channels),
      activated_(plan.config->channels),
      silence_(in_channels_),
      unheard_(out_channels_) {
  const bool batchnorm = plan.config->batchnorm;
  blocks_.reserve(plan.blocks.size());
  for (const layers::ConvPlan& block : plan.blocks) {
    auto conv = layers::read_conv(weights, block.in_channels, block.out_channels, kKernelSize, block.groups,
                                  !batchnorm);
    if (batchnorm) fold_batch_norm(weights, conv);
    blocks_.emplace_back(layers::Part::conv, block, conv);
  }
  head_.emplace(layers::Part::head, plan.head,
                layers::read_conv(weights, plan.head.in_channels, out_channels_, 1, 1, true));
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
  head_->process(block, as_const(activated_.rows()), out);
}

template <class T>
void ConvNet<T>::reset(const kernels::KernelTable<T>& kernels) noexcept {
  process({kernels, 1, true}, as_const(silence_.rows()), unheard_.rows());
}

int ConvNetPlan::receptive_field() const noexcept {
  std::int64_t frames = 1;
  for (const layers::ConvPlan& block : blocks) frames += block.lookback;
  return base::frame_count(frames);
}

template class ConvNet<float>;
template class ConvNet<double>;

}  // namespace nam_core::detail::convnet
