#include "architectures/wavenet/wavenet.hpp"

namespace nam_core::detail::wavenet {

using layers::as_const;

template <class T>
WaveNet<T>::WaveNet(const kernels::KernelTable<T>& kernels, const WaveNetConfig& config,
                    base::WeightReader weights, std::unique_ptr<base::Model<T>> condition_dsp)
    : in_channels_(config.in_channels), condition_dsp_(std::move(condition_dsp)), head_scale_(1) {
  if (config.layers.empty()) throw ConfigError("a WaveNet needs at least one layer array");
  const int condition_size = condition_dsp_ ? condition_dsp_->out_channels() : in_channels_;
  if (condition_dsp_ && condition_dsp_->in_channels() != in_channels_)
    throw ConfigError("condition_dsp reads a different number of channels");
  int stream = in_channels_;
  WorkspaceRows rows;
  int widest = 1;
  for (const LayerArrayConfig& array : config.layers) {
    if (array.input_size != stream || array.condition_size != condition_size)
      throw ConfigError("a layer array's input_size or condition_size does not fit");
    if (!arrays_.empty() && arrays_.back().head_channels() != head_sum_channels(array))
      throw ConfigError("a layer array's head output does not fit the next array's head sum");
    arrays_.emplace_back(kernels, weights, array);
    stream = array.channels;
    widest = std::max(widest, stream);
    rows.include(arrays_.back().workspace_rows());
  }
  const int array_out = arrays_.back().head_channels();
  if (config.head) head_.emplace(kernels, weights, array_out, *config.head);
  weights.take(1);  // head_scale; the configuration has it too
  weights.finish();

  std::fill_n(head_scale_.rows().data, base::kTile, static_cast<T>(config.head_scale));
  scaled_ = base::PlanarBuffer<T>(array_out);
  for (auto& buffer : stream_) buffer = base::PlanarBuffer<T>(widest);
  if (condition_dsp_) condition_ = base::PlanarBuffer<T>(condition_size);
  silence_ = base::PlanarBuffer<T>(in_channels_);
  unheard_ = base::PlanarBuffer<T>(out_channels());
  workspace_ = Workspace<T>(rows);
}

template <class T>
WaveNet<T>::WaveNet(const WaveNet& other)
    : in_channels_(other.in_channels_),
      condition_dsp_(other.condition_dsp_ ? other.condition_dsp_->clone() : nullptr),
      condition_(other.condition_),
      arrays_(other.arrays_),
      head_(other.head_),
      head_scale_(other.head_scale_),
      scaled_(other.scaled_),
      stream_{other.stream_[0], other.stream_[1]},
      silence_(other.silence_),
      unheard_(other.unheard_),
      workspace_(other.workspace_) {}

template <class T>
void WaveNet<T>::process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept {
  ConstRows<T> condition = in;
  if (condition_dsp_) {
    condition_dsp_->process(block, in, condition_.rows());
    condition = as_const(condition_.rows());
  }
  ConstRows<T> array_in = in;
  const Rows<T> scaled = head_ ? scaled_.rows() : out;
  arrays_.front().start_head_sum(block);
  for (std::size_t i = 0; i < arrays_.size(); ++i) {
    const bool last = i + 1 == arrays_.size();
    const Rows<T> array_out = last ? Rows<T>{} : stream_[i % 2].rows();
    arrays_[i].process(block, workspace_, condition, array_in, array_out,
                       last ? scaled : arrays_[i + 1].head_sum());
    array_in = as_const(array_out);
  }
  const ConstRows<T> scale{head_scale_.rows().data, 0};
  block.kernels.multiply({as_const(scaled), scale, {}, scaled, arrays_.back().head_channels(), block.frames});
  if (head_) head_->process(block, as_const(scaled), out);
}

template <class T>
void WaveNet<T>::reset(const kernels::KernelTable<T>& kernels) noexcept {
  const ConstRows<T> silence = as_const(silence_.rows());
  if (settles()) {
    process({kernels, 1, true}, silence, unheard_.rows());
    return;
  }
  // An LSTM makes the condition, and its state never settles: so run the zeros in front of the signal
  // (format 6.2) one by one.
  condition_dsp_->reset(kernels);
  for (int left = own_receptive_field() - 1; left > 0; left -= base::kTile)
    process({kernels, std::min(left, base::kTile)}, silence, unheard_.rows());
}

template <class T>
void WaveNet<T>::start(const kernels::KernelTable<T>& kernels) noexcept {
  reset(kernels);
  if (condition_dsp_) condition_dsp_->start(kernels);
}

template <class T>
int WaveNet<T>::own_receptive_field() const noexcept {
  int frames = head_ ? head_->receptive_field() : 1;
  for (const LayerArray<T>& array : arrays_) frames += array.receptive_field() - 1;
  return frames;
}

template <class T>
int WaveNet<T>::receptive_field() const noexcept {
  return own_receptive_field() + (condition_dsp_ ? condition_dsp_->receptive_field() - 1 : 0);
}

template <class T>
int WaveNet<T>::bit_memory() const noexcept {
  return own_receptive_field() + (condition_dsp_ ? condition_dsp_->bit_memory() - 1 : 0);
}

template <class T>
int WaveNet<T>::out_channels() const noexcept {
  return head_ ? head_->out_channels() : arrays_.back().head_channels();
}

template class WaveNet<float>;
template class WaveNet<double>;

}  // namespace nam_core::detail::wavenet
