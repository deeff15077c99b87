#include "architectures/lstm/lstm.hpp"

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
  const auto matrix = reader.matrix(4 * hidden_size, input_size + hidden_size);
  const auto bias = reader.vector(4 * hidden_size);
  const int columns = input_size + hidden_size;
  base::AlignedBuffer<T> packed(static_cast<std::size_t>(columns + 1) * 4 * padded_);
  // [column][gate][unit]; the bias is the last column.
  for (int c = 0; c <= columns; ++c)
    for (int gate = 0; gate < 4; ++gate)
      for (int unit = 0; unit < hidden_size; ++unit) {
        const int row = gate * hidden_size + unit;
        packed.data()[(static_cast<std::ptrdiff_t>(c) * 4 + gate) * padded_ + unit] =
            static_cast<T>(c < columns ? matrix(row, c) : bias(row));
      }
  weights_ = std::make_shared<const base::AlignedBuffer<T>>(std::move(packed));
  for (int part = 0; part < 2; ++part) {
    const auto values = reader.vector(hidden_size);
    for (int unit = 0; unit < hidden_size; ++unit)
      start_.data()[part * padded_ + unit] = static_cast<T>(values(unit));
  }
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
  for (int i = 0; i < config_.input_size; ++i)
    for (int t = 0; t < block.frames; ++t)
      in_frames_.data()[t * config_.input_size + i] = in.data[i * in.stride + t];
  const T* frames = in_frames_.data();
  std::ptrdiff_t stride = config_.input_size;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    T* next = frames_[l % 2].data();
    layers_[l].process(block, config_.fast_tanh, frames, stride, next);
    frames = next;
    stride = layers_[l].padded();
  }
  const Rows<T> hidden = hidden_.rows();
  for (int unit = 0; unit < config_.hidden_size; ++unit)
    for (int t = 0; t < block.frames; ++t) hidden.data[unit * hidden.stride + t] = frames[t * stride + unit];
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
