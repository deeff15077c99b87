#include "architectures/lstm/lstm.hpp"

#include "layers/conv_weights.hpp"
#include "layers/steps.hpp"

namespace nam_core::detail::lstm {

LstmPlan plan_lstm(const LstmConfig& config, base::VectorUnit unit) {
  LstmPlan plan{&config, {}, layers::plan_conv({config.hidden_size, config.out_channels}, unit)};
  int width = config.input_size;
  plan.layers.reserve(static_cast<std::size_t>(config.num_layers));
  for (int l = 0; l < config.num_layers; ++l) {
    const int padded = (config.hidden_size + unit.lanes - 1) / unit.lanes * unit.lanes;
    plan.layers.push_back({width, config.hidden_size, padded, l == config.num_layers - 1});
    width = config.hidden_size;
  }
  return plan;
}

template <class T>
base::Bytes LstmLayer<T>::bytes(const LstmLayerPlan& plan) {
  base::Bytes bytes{base::SharedBuffer<T>::bytes(plan.weights())};
  for (const std::int64_t values : {plan.hidden(), std::int64_t{plan.padded}, std::int64_t{2} * plan.padded})
    bytes += {0, base::AlignedBuffer<T>::bytes(values)};  // hidden, cell, start
  return bytes;
}

template <class T>
LstmLayer<T>::LstmLayer(base::WeightReader& reader, const kernels::KernelTable<T>& kernels,
                        const LstmLayerPlan& plan)
    : input_size_(plan.input_size),
      hidden_size_(plan.hidden_size),
      padded_(plan.padded),
      last_(plan.last),
      weights_(static_cast<std::size_t>(plan.weights())),
      hidden_(static_cast<std::size_t>(plan.hidden())),
      cell_(static_cast<std::size_t>(padded_)),
      start_(2 * static_cast<std::size_t>(padded_)) {
  const int columns = plan.columns(), hidden_size = hidden_size_;
  const base::Matrix<double> weight = base::read_matrix(reader, std::ptrdiff_t{4} * hidden_size, columns);
  const base::Vector<double> bias = base::read_vector(reader, std::ptrdiff_t{4} * hidden_size);
  T* to = weights_.data();
  const int group = kernels::kLstmVectors * kernels.lanes;
  for (int first = 0; first < padded_; first += group) {
    const int units = std::min(group, padded_ - first), used = std::min(units, hidden_size - first);
    for (int gate = 0; gate < 4; ++gate) {
      const int row = gate * hidden_size + first;
      base::MatrixMap<T> packed(to + gate * units, 1 + columns, used, Eigen::OuterStride<>(4 * units));
      packed.row(0) = bias.segment(row, used).transpose().template cast<T>();
      packed.bottomRows(columns) = weight.middleRows(row, used).transpose().template cast<T>();
    }
    to += (std::ptrdiff_t{1} + columns) * 4 * units;
  }
  for (int part = 0; part < 2; ++part)
    Eigen::Map<base::Vector<T>>(start_.data() + part * padded_, hidden_size) =
        base::read_vector(reader, hidden_size).template cast<T>();
  restore();
}

template <class T>
void LstmLayer<T>::restore() noexcept {
  std::copy_n(start_.data(), padded_, hidden_.data());
  std::copy_n(start_.data() + padded_, padded_, cell_.data());
}

template <class T>
void LstmLayer<T>::keep() noexcept {
  std::copy_n(hidden_.data(), padded_, start_.data());
  std::copy_n(cell_.data(), padded_, start_.data() + padded_);
}

template <class T>
kernels::LstmLayerArgs<T> LstmLayer<T>::args() noexcept {
  return {std::as_const(weights_).data(),
          input_size_,
          hidden_size_,
          padded_,
          last_ ? -1 : 1,
          hidden_.data(),
          cell_.data()};
}

template <class T>
Lstm<T>::Lstm(const base::Reach& reach, const kernels::KernelTable<T>& kernels, const LstmPlan& plan,
              base::WeightReader weights)
    : base::Model<T>(reach), config_(*plan.config) {
  layers_.reserve(plan.layers.size());
  for (const LstmLayerPlan& layer : plan.layers) layers_.emplace_back(weights, kernels, layer);
  head_.emplace(layers::Part::head, plan.head,
                layers::read_conv(weights, config_.hidden_size, config_.out_channels, 1, 1, true));
  if (!layers_.empty()) {
    args_.resize(layers_.size());
    hidden_ = base::PlanarBuffer<T>(config_.hidden_size);
  }
  weights.finish();

  // The state after the prewarm replaces the stored one, so that reset() is a copy.
  base::PlanarBuffer<T> silence(config_.input_size), unheard(config_.out_channels);
  for (int left = config_.prewarm_frames; left > 0; left -= base::kTile)
    process({kernels, std::min(left, base::kTile)}, layers::as_const(silence.rows()), unheard.rows());
  for (LstmLayer<T>& layer : layers_) layer.keep();
}

template <class T>
void Lstm<T>::process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept {
  if (layers_.empty()) {  // no layers: the output is the input (format 9.1)
    layers::copy_rows(block, config_.out_channels, in, out);
    return;
  }
  for (std::size_t l = 0; l < layers_.size(); ++l) args_[l] = layers_[l].args();
  block.kernels.lstm({config_.fast_tanh, args_.data(), static_cast<std::int32_t>(args_.size()), in.data,
                      in.stride, block.frames});
  const kernels::LstmLayerArgs<T>& last = args_.back();
  const Rows<T> hidden = hidden_.rows();
  base::map(hidden, config_.hidden_size, block.frames) =
      base::map(ConstRows<T>{last.hidden + last.padded, last.padded}, block.frames, config_.hidden_size)
          .transpose();
  head_->process(block, layers::as_const(hidden), out);
}

template <class T>
void Lstm<T>::reset(const kernels::KernelTable<T>&) noexcept {
  for (LstmLayer<T>& layer : layers_) layer.restore();
}

template <class T>
void Lstm<T>::add_steps(const LstmPlan& plan, base::Plan& to) {
  const LstmConfig& config = *plan.config;
  to.add_scratch(sizeof(Lstm));
  if (plan.layers.empty()) {
    to.add_copy("input", config.out_channels);
    to.add_unused(layers::Conv1x1<T>::bytes(plan.head));
    return;
  }
  for (const LstmLayerPlan& layer : plan.layers) {
    base::Step step{.name = "lstm", .part = layers::Part::lstm, .kind = base::StepKind::lstm};
    step.joined = &layer != plan.layers.data();  // one call computes all layers
    step.in_rows = layer.input_size;
    step.out_rows = layer.hidden_size;
    step.terms = std::int64_t{4} * layer.columns();
    // Reads and writes both states.
    step.values_read = layer.columns() + 1.0 * layer.hidden_size;
    step.values_written = 2.0 * layer.hidden_size;
    step.weights = std::int64_t{4} * layer.hidden_size * (layer.columns() + 1);
    step.bytes = LstmLayer<T>::bytes(layer);
    to.add(std::move(step));
    to.add_scratch(sizeof(LstmLayer<T>) + sizeof(kernels::LstmLayerArgs<T>));
  }
  to.add_scratch(base::PlanarBuffer<T>::bytes(config.hidden_size));
  to.add_copy("lstm output", config.hidden_size);
  layers::add_conv<T>(to, "head", layers::Part::head, plan.head);
}

template class LstmLayer<float>;
template class LstmLayer<double>;
template class Lstm<float>;
template class Lstm<double>;

}  // namespace nam_core::detail::lstm
