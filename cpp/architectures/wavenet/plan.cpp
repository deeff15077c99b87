#include "architectures/wavenet/plan.hpp"

#include <algorithm>

namespace nam_core::detail::wavenet {

namespace {

using base::VectorUnit;
using layers::plan_conv;

// The rows that the FiLM of each place modulates (format 2.4).
std::array<int, kFilmPlaces> film_widths(const LayerArrayConfig& array, int rows) {
  return {array.channels,   rows,           array.condition_size,  rows, rows,
          array.bottleneck, array.channels, array.head1x1_channels};
}

int head_sum_channels(const LayerArrayConfig& array) {
  return array.head1x1_channels > 0 ? array.head1x1_channels : array.bottleneck;
}

// Folds the rechannel if the first convolution then has fewer terms, and no FiLM lies between the two.
bool folds_rechannel(const LayerArrayConfig& array) {
  return array.input_size < array.channels / array.groups_input && !array.layers.empty() &&
         !array.layers.front().films[static_cast<std::size_t>(FilmPlace::conv_pre_film)];
}

// KernelTable::layer has these activations only, and no FiLM.
bool is_plain(const LayerPlan& layer, VectorUnit unit) {
  if (!unit.fuses_layers) return false;
  for (const auto& film : layer.films)
    if (film) return false;
  const ActivationKind kind = layer.config->activation.kind;
  return !layer.is_pair() && !layer.head1x1 &&
         (kind == ActivationKind::Tanh || kind == ActivationKind::LeakyReLU);
}

// Both convolutions need the same number of panels of the same number of rows: one panel, whose activations
// stay in registers, or several panels, each with more than half of the rows that a panel can have.
bool fuses_layer1x1(const LayerPlan& layer, VectorUnit unit) {
  if (!layer.plain || !layer.layer1x1 || layer.bottleneck != layer.channels) return false;
  const int rows = layer.conv.panel_height();
  return rows == layer.layer1x1->panel_height() && (rows == layer.channels || 2 * rows > unit.max_panel_rows);
}

LayerPlan plan_layer(const LayerArrayConfig& array, const LayerConfig& config, bool folds, VectorUnit unit) {
  LayerPlan plan{};
  plan.config = &config;
  plan.channels = array.channels;
  plan.bottleneck = array.bottleneck;
  plan.condition_size = array.condition_size;
  plan.folds_rechannel = folds;
  plan.remembers_input = !folds && !config.films[static_cast<std::size_t>(FilmPlace::conv_pre_film)];

  const int rows = plan.rows();
  const auto widths = film_widths(array, rows);
  for (std::size_t place = 0; place < kFilmPlaces; ++place)
    if (const auto& film = config.films[place])
      plan.films[place] = FilmShape{*film, array.condition_size, widths[place]};

  layers::ConvShape conv{folds ? array.input_size : array.channels, rows, config.kernel_size, config.dilation,
                         folds ? 1 : array.groups_input};
  const layers::ConvShape mixin{array.condition_size, rows, 1, 1, array.groups_input_mixin};
  if (plan.film(FilmPlace::conv_post_film) || plan.film(FilmPlace::input_mixin_post_film)) {
    plan.input_mixin = plan_conv(mixin, unit);
  } else {
    conv.mixin_channels = mixin.in_channels;
    conv.mixin_groups = mixin.groups;
  }
  plan.conv = plan_conv(conv, unit);
  if (config.residual == Residual::layer1x1)
    plan.layer1x1 = plan_conv({array.bottleneck, array.channels, 1, 1, array.layer1x1_groups}, unit);
  if (array.head1x1_channels > 0)
    plan.head1x1 = plan_conv({array.bottleneck, array.head1x1_channels, 1, 1, array.head1x1_groups}, unit);

  plan.plain = is_plain(plan, unit);
  plan.fuses_layer1x1 = fuses_layer1x1(plan, unit);
  plan.gating_sums = !plan.head1x1 && !plan.film(FilmPlace::activation_post_film);
  return plan;
}

LayerArrayPlan plan_array(const LayerArrayConfig& array, int index, bool is_last, VectorUnit unit) {
  const ConvPlan rechannel = plan_conv({array.input_size, array.channels}, unit);
  LayerArrayPlan plan{
      &array,
      folds_rechannel(array),
      !is_last,
      rechannel,
      plan_conv({head_sum_channels(array), array.head_channels, array.head_kernel_size, array.head_dilation},
                unit),
      {}};
  plan.layers.reserve(array.layers.size());
  for (const LayerConfig& config : array.layers) {
    const bool first = plan.layers.empty(), last = plan.layers.size() + 1 == array.layers.size();
    LayerPlan& layer =
        plan.layers.emplace_back(plan_layer(array, config, first && plan.folds_rechannel, unit));
    layer.array = index;
    layer.index = static_cast<int>(plan.layers.size()) - 1;
    layer.passes_on = !last || plan.passes_on;
  }
  return plan;
}

PostStackHeadPlan plan_head(const PostStackHeadConfig& head, int in_channels, VectorUnit unit) {
  PostStackHeadPlan plan{&head, {}};
  int width = in_channels;
  for (const int kernel_size : head.kernel_sizes) {
    const bool last = plan.convs.size() + 1 == head.kernel_sizes.size();
    plan.convs.push_back(plan_conv({width, last ? head.out_channels : head.channels, kernel_size}, unit));
    width = head.channels;
  }
  return plan;
}

void include(WorkspaceRows& rows, const LayerPlan& layer) {
  rows.bottleneck = std::max(rows.bottleneck, layer.bottleneck);
  rows.conv = std::max(rows.conv, layer.rows());
  rows.channels = std::max(rows.channels, layer.channels);
  if (layer.film(FilmPlace::input_mixin_pre_film))
    rows.condition = std::max(rows.condition, layer.condition_size);
  if (layer.head1x1) rows.head = std::max(rows.head, layer.head1x1->out_channels);
}

}  // namespace

WaveNetPlan plan_wavenet(const WaveNetConfig& config, int condition_channels, VectorUnit unit) {
  const bool makes_condition = condition_channels > 0;
  WaveNetPlan plan{
      &config, makes_condition ? condition_channels : config.in_channels, makes_condition, {}, {}, {}, 1};
  for (const LayerArrayConfig& array : config.layers) {
    const int index = static_cast<int>(plan.arrays.size());
    const bool is_last = plan.arrays.size() + 1 == config.layers.size();
    plan.arrays.push_back(plan_array(array, index, is_last, unit));
    plan.stream_rows = std::max(plan.stream_rows, array.channels);
    for (const LayerPlan& layer : plan.arrays.back().layers) include(plan.workspace, layer);
  }
  if (config.head) plan.head = plan_head(*config.head, plan.array_out(), unit);
  return plan;
}

int WaveNetPlan::receptive_field() const noexcept {
  std::int64_t frames = 1;
  for (const LayerArrayPlan& array : arrays) {
    for (const LayerPlan& layer : array.layers) frames += layer.conv.lookback;
    frames += array.head_rechannel.lookback;
  }
  if (head)
    for (const ConvPlan& conv : head->convs) frames += conv.lookback;
  return base::frame_count(frames);
}

}  // namespace nam_core::detail::wavenet
