#include "architectures/lstm/lstm.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::lstm {

template <class T>
LstmLayer<T>::LstmLayer(const kernels::KernelTable<T>& kernels, base::WeightReader& reader, int input_size,
                        int hidden_size)
    : input_size_(input_size),
      hidden_size_(hidden_size),
      padded_((hidden_size + kernels.lanes - 1) / kernels.lanes * kernels.lanes),
      state_(2 * static_cast<std::size_t>(padded_)),
      start_(2 * static_cast<std::size_t>(padded_)),
      gates_(4 * static_cast<std::size_t>(padded_)) {
  const int columns = input_size + hidden_size;
  const base::Matrix<double> weight = base::read_matrix(reader, 4 * hidden_size, columns);
  const base::Vector<double> bias = base::read_vector(reader, 4 * hidden_size);
  // [column][gate][unit]; the bias is the last column.
  base::AlignedBuffer<T> packed(static_cast<std::size_t>(columns + 1) * 4 * padded_);
  for (int gate = 0; gate < 4; ++gate) {
    base::MatrixMap<T> to(packed.data() + gate * padded_, columns + 1, hidden_size,
                          Eigen::OuterStride<>(4 * padded_));
    const int first = gate * hidden_size;
    to.topRows(columns) = weight.middleRows(first, hidden_size).transpose().template cast<T>();
    to.row(columns) = bias.segment(first, hidden_size).transpose().template cast<T>();
  }
  weights_ = std::make_shared<const base::AlignedBuffer<T>>(std::move(packed));
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
  const T* bias = weights_->data() + static_cast<std::ptrdiff_t>(input_size_ + hidden_size_) * 4 * padded_;
  block.kernels.lstm({fast_tanh, weights_->data(), bias, in, in_stride, input_size_, hidden_size_, padded_,
                      gates_.data(), state_.data(), state_.data() + padded_, out, block.frames});
}

template <class T>
Lstm<T>::Lstm(const kernels::KernelTable<T>& kernels, const LstmConfig& config, base::WeightReader weights)
    : config_(config), in_frames_(static_cast<std::size_t>(base::kTile) * config.input_size) {
  int width = config.input_size;
  for (int l = 0; l < config.num_layers; ++l) {
    layers_.emplace_back(kernels, weights, width, config.hidden_size);
    width = config.hidden_size;
  }
  head_.emplace_back(kernels, layers::Part::head,
                     layers::read_conv(weights, config.hidden_size, config.out_channels, 1, 1, true));
  if (!layers_.empty()) {
    for (auto& frames : frames_)
      frames = base::AlignedBuffer<T>(static_cast<std::size_t>(base::kTile) * layers_.front().padded());
    hidden_ = base::PlanarBuffer<T>(config.hidden_size);
  }
  weights.finish();

  // The state after the prewarm replaces the stored one, so that reset() is a copy.
  base::PlanarBuffer<T> silence(config.input_size), unheard(config.out_channels);
  for (int left = config.prewarm_frames; left > 0; left -= base::kTile)
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
  head_.front().process(block, layers::as_const(hidden), out);
}

template <class T>
void Lstm<T>::reset(const kernels::KernelTable<T>&) noexcept {
  for (LstmLayer<T>& layer : layers_) layer.restore();
}

template class LstmLayer<float>;
template class LstmLayer<double>;
template class Lstm<float>;
template class Lstm<double>;

}  // namespace nam_core::detail::lstm
