#include "architectures/lstm/lstm.hpp"

#include "layers/conv_weights.hpp"
#include "layers/steps.hpp"

namespace nam_core::detail::lstm {

namespace {

// Values of a layer's output for the longest block.
std::int64_t frames_of(const LstmLayerPlan& layer) { return std::int64_t{base::kTile} * layer.padded; }

}  // namespace

LstmPlan plan_lstm(const LstmConfig& config, base::VectorUnit unit) {
  LstmPlan plan{&config, {}, layers::plan_conv({config.hidden_size, config.out_channels}, unit)};
  int width = config.input_size;
  plan.layers.reserve(static_cast<std::size_t>(config.num_layers));
  for (int l = 0; l < config.num_layers; ++l) {
    const int padded = (config.hidden_size + unit.lanes - 1) / unit.lanes * unit.lanes;
    plan.layers.push_back({width, config.hidden_size, padded});
    width = config.hidden_size;
  }
  return plan;
}

template <class T>
base::Bytes LstmLayer<T>::bytes(const LstmLayerPlan& plan) {
  base::Bytes bytes{base::SharedBuffer<T>::bytes(plan.weights())};
  for (const int rows : {2, 2, 4})  // present and start state, gates
    bytes += {0, base::AlignedBuffer<T>::bytes(std::int64_t{rows} * plan.padded)};
  return bytes;
}

template <class T>
LstmLayer<T>::LstmLayer(base::WeightReader& reader, const LstmLayerPlan& plan)
    : input_size_(plan.input_size),
      hidden_size_(plan.hidden_size),
      padded_(plan.padded),
      weights_(static_cast<std::size_t>(plan.weights())),
      state_(2 * static_cast<std::size_t>(padded_)),
      start_(2 * static_cast<std::size_t>(padded_)),
      gates_(4 * static_cast<std::size_t>(padded_)) {
  const int columns = plan.columns(), hidden_size = hidden_size_;
  const base::Matrix<double> weight = base::read_matrix(reader, std::ptrdiff_t{4} * hidden_size, columns);
  const base::Vector<double> bias = base::read_vector(reader, std::ptrdiff_t{4} * hidden_size);
  // [column][gate][unit]; the bias is the last column.
  for (int gate = 0; gate < 4; ++gate) {
    base::MatrixMap<T> to(weights_.data() + gate * padded_, columns + 1, hidden_size,
                          Eigen::OuterStride<>(4 * padded_));
    const int first = gate * hidden_size;
    to.topRows(columns) = weight.middleRows(first, hidden_size).transpose().template cast<T>();
    to.row(columns) = bias.segment(first, hidden_size).transpose().template cast<T>();
  }
  for (int part = 0; part < 2; ++part)
    Eigen::Map<base::Vector<T>>(start_.data() + part * padded_, hidden_size) =
        base::read_vector(reader, hidden_size).template cast<T>();
  restore();
}

template <class T>
void LstmLayer<T>::restore() noexcept {
  std::copy_n(start_.data(), start_.size(), state_.data());
}

template <class T>
void LstmLayer<T>::keep() noexcept {
  std::copy_n(state_.data(), state_.size(), start_.data());
}

template <class T>
void LstmLayer<T>::process(const Block<T>& block, bool fast_tanh, const T* in, std::ptrdiff_t in_stride,
                           T* out) noexcept {
  const T* weights = std::as_const(weights_).data();
  const T* bias = weights + static_cast<std::ptrdiff_t>(input_size_ + hidden_size_) * 4 * padded_;
  block.kernels.lstm({fast_tanh, weights, bias, in, in_stride, input_size_, hidden_size_, padded_,
                      gates_.data(), state_.data(), state_.data() + padded_, out, block.frames});
}

template <class T>
Lstm<T>::Lstm(const base::Reach& reach, const kernels::KernelTable<T>& kernels, const LstmPlan& plan,
              base::WeightReader weights)
    : base::Model<T>(reach),
      config_(*plan.config),
      in_frames_(static_cast<std::size_t>(base::kTile) * config_.input_size) {
  layers_.reserve(plan.layers.size());
  for (const LstmLayerPlan& layer : plan.layers) layers_.emplace_back(weights, layer);
  head_.emplace(layers::Part::head, plan.head,
                layers::read_conv(weights, config_.hidden_size, config_.out_channels, 1, 1, true));
  if (!layers_.empty()) {
    for (auto& frames : frames_)
      frames = base::AlignedBuffer<T>(static_cast<std::size_t>(frames_of(plan.layers.front())));
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
  base::map(Rows<T>{in_frames_.data(), config_.input_size}, block.frames, config_.input_size) =
      base::map(in, config_.input_size, block.frames).transpose();
  const T* frames = in_frames_.data();
  std::ptrdiff_t stride = config_.input_size;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    T* next = frames_[l % 2].data();
    layers_[l].process(block, config_.fast_tanh, frames, stride, next);
    frames = next;
    stride = layers_[l].padded();
  }
  const Rows<T> hidden = hidden_.rows();
  base::map(hidden, config_.hidden_size, block.frames) =
      base::map(ConstRows<T>{frames, stride}, block.frames, config_.hidden_size).transpose();
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
  to.add_scratch(base::AlignedBuffer<T>::bytes(std::int64_t{base::kTile} * config.input_size));
  if (plan.layers.empty()) {
    to.add_copy("input", config.out_channels);
    to.add_unused(layers::Conv1x1<T>::bytes(plan.head));
    return;
  }
  to.add_copy("lstm input", config.input_size);
  for (const LstmLayerPlan& layer : plan.layers) {
    base::Step step{.name = "lstm", .part = layers::Part::lstm, .kind = base::StepKind::lstm};
    step.in_rows = layer.input_size;
    step.out_rows = layer.hidden_size;
    step.terms = std::int64_t{4} * layer.columns();
    // Reads both states and writes them; gates go through memory.
    step.values_read = layer.columns() + 6.0 * layer.hidden_size;
    step.values_written = 7.0 * layer.hidden_size;
    step.weights = std::int64_t{4} * layer.hidden_size * (layer.columns() + 1);
    step.bytes = LstmLayer<T>::bytes(layer);
    to.add(std::move(step));
    to.add_scratch(sizeof(LstmLayer<T>));
  }
  for (int i = 0; i < 2; ++i) to.add_scratch(base::AlignedBuffer<T>::bytes(frames_of(plan.layers.front())));
  to.add_scratch(base::PlanarBuffer<T>::bytes(config.hidden_size));
  to.add_copy("lstm output", config.hidden_size);
  layers::add_conv<T>(to, "head", layers::Part::head, plan.head);
}

template class LstmLayer<float>;
template class LstmLayer<double>;
template class Lstm<float>;
template class Lstm<double>;

}  // namespace nam_core::detail::lstm
