#include "architectures/wavenet/wavenet.hpp"

namespace nam_core::detail::wavenet {

using layers::as_const;

template <class T>
WaveNet<T>::WaveNet(const base::Reach& reach, const WaveNetPlan& plan, base::WeightReader weights,
                    std::unique_ptr<base::Model<T>> condition_dsp)
    : base::Model<T>(reach),
      in_channels_(plan.config->in_channels),
      out_channels_(plan.out_channels()),
      array_out_(plan.array_out()),
      receptive_field_(plan.receptive_field()),
      condition_dsp_(std::move(condition_dsp)),
      condition_(plan.makes_condition ? plan.condition_size : 0),
      head_scale_(1),
      scaled_(array_out_),
      stream_{base::PlanarBuffer<T>(plan.stream_rows), base::PlanarBuffer<T>(plan.stream_rows)},
      silence_(in_channels_),
      unheard_(out_channels_),
      workspace_(plan.workspace) {
  arrays_.reserve(plan.arrays.size());
  for (const LayerArrayPlan& array : plan.arrays) arrays_.emplace_back(weights, array);
  if (plan.head) head_.emplace(weights, *plan.head);
  weights.take(1);  // head_scale, which the configuration carries too
  weights.finish();
  std::fill_n(head_scale_.rows().data, base::kTile, static_cast<T>(plan.config->head_scale));
}

template <class T>
WaveNet<T>::WaveNet(const WaveNet& other)
    : base::Model<T>(other),
      in_channels_(other.in_channels_),
      out_channels_(other.out_channels_),
      array_out_(other.array_out_),
      receptive_field_(other.receptive_field_),
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
    const Rows<T> array_out = arrays_[i].passes_on() ? stream_[i % 2].rows() : Rows<T>{};
    arrays_[i].process(block, workspace_, condition, array_in, array_out,
                       i + 1 == arrays_.size() ? scaled : arrays_[i + 1].head_sum());
    array_in = as_const(array_out);
  }
  const ConstRows<T> scale{head_scale_.rows().data, 0};
  block.kernels.multiply({as_const(scaled), scale, {}, scaled, array_out_, block.frames});
  if (head_) head_->process(block, as_const(scaled), out);
}

template <class T>
void WaveNet<T>::reset(const kernels::KernelTable<T>& kernels) noexcept {
  const ConstRows<T> silence = as_const(silence_.rows());
  if (this->reach_.settles) {
    process({kernels, 1, true}, silence, unheard_.rows());
    return;
  }
  // An LSTM makes the condition, and its state never settles: so run the zeros in front of the signal
  // (format 6.2) one by one.
  condition_dsp_->reset(kernels);
  for (int left = receptive_field_ - 1; left > 0; left -= base::kTile)
    process({kernels, std::min(left, base::kTile)}, silence, unheard_.rows());
}

template <class T>
void WaveNet<T>::start(const kernels::KernelTable<T>& kernels) noexcept {
  reset(kernels);
  if (condition_dsp_) condition_dsp_->start(kernels);
}

template class WaveNet<float>;
template class WaveNet<double>;

}  // namespace nam_core::detail::wavenet
