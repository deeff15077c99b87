#include "architectures/wavenet/layer.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::wavenet {

using layers::as_const;
using layers::ConvWeights;
using layers::Part;

// The weights as the constructor reads them, in file order (format 5.2), not packed yet.
template <class T>
struct Layer<T>::Parts {
  ConvWeights conv, input_mixin;
  std::optional<ConvWeights> layer1x1, head1x1;
  std::array<std::optional<layers::Film<T>>, kFilmPlaces> films;

  Parts(base::WeightReader& reader, const LayerArrayConfig& array, const LayerPlan& plan,
        const ConvWeights& rechannel) {
    const int rows = plan.rows();
    conv = layers::read_conv(reader, array.channels, rows, plan.conv.kernel_size, array.groups_input, true);
    if (plan.folds_rechannel) conv = layers::fold(rechannel, conv);
    input_mixin = layers::read_conv(reader, array.condition_size, rows, 1, array.groups_input_mixin, false);
    if (plan.layer1x1)
      layer1x1 = layers::read_conv(reader, array.bottleneck, array.channels, 1, array.layer1x1_groups, true);
    if (plan.head1x1)
      head1x1 =
          layers::read_conv(reader, array.bottleneck, array.head1x1_channels, 1, array.head1x1_groups, true);
    for (std::size_t place = 0; place < kFilmPlaces; ++place)
      if (plan.films[place]) films[place].emplace(reader, *plan.films[place]);
  }
};

template <class T>
Layer<T>::Layer(base::WeightReader& reader, const LayerArrayConfig& array, const LayerPlan& plan,
                const ConvWeights& rechannel)
    : Layer(plan, Parts(reader, array, plan, rechannel)) {}

template <class T>
Layer<T>::Layer(const LayerPlan& plan, Parts&& parts)
    : channels_(plan.channels),
      bottleneck_(plan.bottleneck),
      residual_(plan.config->residual),
      remembers_input_(plan.remembers_input),
      plain_(plan.plain),
      fuses_layer1x1_(plan.fuses_layer1x1),
      gating_sums_(plan.gating_sums),
      conv_(Part::conv, plan.conv, parts.conv, plan.input_mixin ? nullptr : &parts.input_mixin),
      gating_(plan.config->gating_mode, plan.config->activation, plan.config->secondary_activation,
              plan.bottleneck),
      films_(std::move(parts.films)) {
  if (plan.input_mixin) input_mixin_.emplace(Part::input_mixin, *plan.input_mixin, parts.input_mixin);
  if (plan.layer1x1) layer1x1_.emplace(Part::layer1x1, *plan.layer1x1, *parts.layer1x1);
  if (plan.head1x1) head1x1_.emplace(Part::head1x1, *plan.head1x1, *parts.head1x1);
}

template <class T>
void Layer<T>::process_general(const Block<T>& block, Workspace<T>& workspace,
                               const LayerSignals<T>& signals) noexcept {
  pre_activation(block, workspace, signals);
  const Rows<T> activated = workspace.activated.rows();
  gating_.process(block, workspace.conv.rows(), activated, gating_sums_ ? signals.head_sum : Rows<T>{});
  if (!gating_sums_) {
    modulate(block, signals.condition, FilmPlace::activation_post_film, activated);
    add_to_head(block, workspace, signals);
  }
  if (signals.residual_out.data) next_residual(block, workspace, signals);
}

template <class T>
void Layer<T>::modulate(const Block<T>& block, ConstRows<T> condition, FilmPlace place,
                        Rows<T> rows) const noexcept {
  if (const auto* f = film(place)) f->process(block, condition, as_const(rows), rows);
}

template <class T>
void Layer<T>::pre_activation(const Block<T>& block, Workspace<T>& workspace,
                              const LayerSignals<T>& signals) noexcept {
  const Rows<T> z = workspace.conv.rows();
  const ConstRows<T> condition = signals.condition;
  if (const auto* f = film(FilmPlace::conv_pre_film))
    f->process(block, condition, as_const(signals.residual_in), conv_.input());
  ConstRows<T> mixin_in = condition;
  if (const auto* f = film(FilmPlace::input_mixin_pre_film)) {
    f->process(block, condition, condition, workspace.condition.rows());
    mixin_in = as_const(workspace.condition.rows());
  }
  if (input_mixin_) {
    conv_.process(block, z);
    modulate(block, condition, FilmPlace::conv_post_film, z);
    const Rows<T> mixin = workspace.mixin.rows();
    input_mixin_->process(block, mixin_in, mixin);
    modulate(block, condition, FilmPlace::input_mixin_post_film, mixin);
    block.kernels.add({as_const(z), as_const(mixin), {}, z, conv_.out_channels(), block.frames});
  } else {
    conv_.process(block, z, mixin_in);
  }
  modulate(block, condition, FilmPlace::activation_pre_film, z);
}

template <class T>
void Layer<T>::add_to_head(const Block<T>& block, Workspace<T>& workspace,
                           const LayerSignals<T>& signals) noexcept {
  const ConstRows<T> activated = as_const(workspace.activated.rows());
  if (!head1x1_) {
    layers::accumulate(block, bottleneck_, activated, signals.head_sum);
    return;
  }
  const Rows<T> head = workspace.head1x1.rows();
  head1x1_->process(block, activated, head);
  modulate(block, signals.condition, FilmPlace::head1x1_post_film, head);
  layers::accumulate(block, head1x1_->out_channels(), as_const(head), signals.head_sum);
}

template <class T>
void Layer<T>::next_residual(const Block<T>& block, Workspace<T>& workspace,
                             const LayerSignals<T>& signals) noexcept {
  const ConstRows<T> h = as_const(signals.residual_in);
  const ConstRows<T> activated = as_const(workspace.activated.rows());
  const Rows<T> next = signals.residual_out;
  switch (residual_) {
    case Residual::none:
      layers::copy_rows(block, channels_, h, next);
      return;
    case Residual::activation:
      block.kernels.add({h, activated, {}, next, channels_, block.frames});
      return;
    case Residual::layer1x1:
      break;
  }
  if (!film(FilmPlace::layer1x1_post_film)) {
    layer1x1_->process(block, activated, next, h);
    return;
  }
  const Rows<T> r = workspace.layer1x1.rows();
  layer1x1_->process(block, activated, r);
  modulate(block, signals.condition, FilmPlace::layer1x1_post_film, r);
  block.kernels.add({h, as_const(r), {}, next, channels_, block.frames});
}

template class Layer<float>;
template class Layer<double>;

}  // namespace nam_core::detail::wavenet
