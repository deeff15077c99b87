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
  bool mixin_apart = false;
  bool remembers_input = true;

  Parts(base::WeightReader& reader, const LayerArrayConfig& array, const LayerConfig& layer,
        const ConvWeights* rechannel) {
    const int rows = layer.gating_mode == GatingMode::none ? array.bottleneck : 2 * array.bottleneck;
    conv = layers::read_conv(reader, array.channels, rows, layer.kernel_size, array.groups_input, true);
    if (rechannel) conv = layers::fold(*rechannel, conv);
    input_mixin = layers::read_conv(reader, array.condition_size, rows, 1, array.groups_input_mixin, false);
    if (layer.residual == Residual::layer1x1)
      layer1x1 = layers::read_conv(reader, array.bottleneck, array.channels, 1, array.layer1x1_groups, true);
    if (array.head1x1_channels > 0)
      head1x1 =
          layers::read_conv(reader, array.bottleneck, array.head1x1_channels, 1, array.head1x1_groups, true);
    const std::array<int, kFilmPlaces> widths = {
        array.channels,   rows,           array.condition_size,  rows, rows,
        array.bottleneck, array.channels, array.head1x1_channels};
    for (std::size_t place = 0; place < kFilmPlaces; ++place)
      if (layer.films[place])
        films[place].emplace(reader, *layer.films[place], array.condition_size, widths[place]);
    mixin_apart = films[static_cast<std::size_t>(FilmPlace::conv_post_film)] ||
                  films[static_cast<std::size_t>(FilmPlace::input_mixin_post_film)];
    remembers_input = !rechannel && !films[static_cast<std::size_t>(FilmPlace::conv_pre_film)];
  }
};

template <class T>
Layer<T>::Layer(const kernels::KernelTable<T>& kernels, base::WeightReader& reader,
                const LayerArrayConfig& array, const LayerConfig& layer, const ConvWeights* rechannel)
    : Layer(kernels, array, layer, Parts(reader, array, layer, rechannel)) {}

template <class T>
Layer<T>::Layer(const kernels::KernelTable<T>& kernels, const LayerArrayConfig& array,
                const LayerConfig& layer, Parts&& parts)
    : channels_(array.channels),
      bottleneck_(array.bottleneck),
      condition_size_(array.condition_size),
      residual_(layer.residual),
      remembers_input_(parts.remembers_input),
      conv_(kernels, Part::conv, parts.conv, layer.dilation,
            parts.mixin_apart ? nullptr : &parts.input_mixin),
      gating_(layer.gating_mode, layer.activation, layer.secondary_activation, array.bottleneck),
      films_(std::move(parts.films)) {
  if (parts.mixin_apart) input_mixin_.emplace(kernels, Part::input_mixin, parts.input_mixin);
  if (parts.layer1x1) layer1x1_.emplace(kernels, Part::layer1x1, *parts.layer1x1);
  if (parts.head1x1) head1x1_.emplace(kernels, Part::head1x1, *parts.head1x1);
  if (residual_ != Residual::layer1x1 && channels_ != bottleneck_)
    throw ConfigError("a layer without layer1x1 needs a bottleneck as wide as its channels");
  if (film(FilmPlace::head1x1_post_film) && !head1x1_) throw ConfigError("head1x1_post_film needs head1x1");
  if (film(FilmPlace::layer1x1_post_film) && !layer1x1_)
    throw ConfigError("layer1x1_post_film needs layer1x1");
  plain_ = kernels.layer && is_plain();
  fuses_layer1x1_ = plain_ && fuses_layer1x1(kernels.max_panel_rows);
}

template <class T>
WorkspaceRows Layer<T>::workspace_rows() const noexcept {
  WorkspaceRows rows;
  rows.bottleneck = bottleneck_;
  rows.conv = conv_.out_channels();
  rows.channels = channels_;
  rows.condition = film(FilmPlace::input_mixin_pre_film) ? condition_size_ : 0;
  rows.head = head1x1_ ? head1x1_->out_channels() : 0;
  return rows;
}

template <class T>
bool Layer<T>::is_plain() const noexcept {
  for (const auto& film : films_)
    if (film) return false;
  const layers::Activation<T>* activation = gating_.single();
  return activation && !head1x1_ &&
         (activation->kind() == ActivationKind::Tanh || activation->kind() == ActivationKind::LeakyReLU);
}

template <class T>
bool Layer<T>::fuses_layer1x1(int max_panel_rows) const noexcept {
  if (!layer1x1_ || bottleneck_ != channels_) return false;
  const int rows = conv_.panel_rows();
  return rows == layer1x1_->panel_rows() && (rows == channels_ || 2 * rows > max_panel_rows);
}

template <class T>
void Layer<T>::process_general(const Block<T>& block, Workspace<T>& workspace,
                               const LayerSignals<T>& signals) noexcept {
  pre_activation(block, workspace, signals);
  const bool head_takes_activation = !head1x1_ && !film(FilmPlace::activation_post_film);
  const Rows<T> activated = workspace.activated.rows();
  gating_.process(block, workspace.conv.rows(), activated,
                  head_takes_activation ? signals.head_sum : Rows<T>{});
  if (!head_takes_activation) {
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
