// WaveNet, format 4 and 5.2.
#include "oracle/oracle.hpp"
#include "oracle/parts.hpp"

namespace oracle {

namespace {

using nam_core::FilmPlace;
using nam_core::GatingMode;
using nam_core::Residual;

struct Layer {
  const nam_core::LayerConfig& config;
  Conv conv, mixin;
  std::optional<Conv> layer1x1, head1x1;
  std::vector<Film> films;

  Layer(Weights& weights, const nam_core::LayerArrayConfig& array, const nam_core::LayerConfig& layer)
      : config(layer),
        conv(weights, array.channels, width(array), layer.kernel_size, layer.dilation, array.groups_input,
             true),
        mixin(weights, array.condition_size, width(array), 1, 1, array.groups_input_mixin, false) {
    if (layer.residual == Residual::layer1x1)
      layer1x1.emplace(weights, array.bottleneck, array.channels, 1, 1, array.layer1x1_groups, true);
    if (array.head1x1_channels > 0)
      head1x1.emplace(weights, array.bottleneck, array.head1x1_channels, 1, 1, array.head1x1_groups, true);
    const Index widths[] = {array.channels, width(array),     array.condition_size, width(array),
                            width(array),   array.bottleneck, array.channels,       array.head1x1_channels};
    for (std::size_t place = 0; place < layer.films.size(); ++place)
      films.emplace_back(weights, layer.films[place], array.condition_size, widths[place]);
  }

  // Of z: a pair has two halves.
  Index width(const nam_core::LayerArrayConfig& array) const {
    return config.gating_mode == GatingMode::none ? array.bottleneck : 2 * array.bottleneck;
  }

  Signal film(FilmPlace place, const Signal& x, const Signal& condition) const {
    return films[static_cast<std::size_t>(place)](x, condition);
  }

  Signal nonlinearity(const Signal& z) const {
    if (config.gating_mode == GatingMode::none) return activate(config.activation, z);
    const Signal first = z.topRows(z.rows() / 2);
    const Signal a = activate(config.secondary_activation, z.bottomRows(z.rows() / 2));
    const Signal f = activate(config.activation, first);
    if (config.gating_mode == GatingMode::gated) return f * a;
    return a * f + (1 - a) * first;
  }

  // Format 4.1: replaces h by the next layer's, and adds to the head's sum.
  void operator()(Signal& h, Signal& head_sum, const Signal& c) const {
    const Signal u = film(FilmPlace::conv_pre_film, h, c);
    Signal z = film(FilmPlace::conv_post_film, conv(u), c);
    const Signal v = film(FilmPlace::input_mixin_pre_film, c, c);
    z += film(FilmPlace::input_mixin_post_film, mixin(v), c);
    z = film(FilmPlace::activation_pre_film, z, c);
    const Signal p = film(FilmPlace::activation_post_film, nonlinearity(z), c);
    if (head1x1)
      head_sum += film(FilmPlace::head1x1_post_film, (*head1x1)(p), c);
    else
      head_sum += p;
    if (layer1x1)
      h += film(FilmPlace::layer1x1_post_film, (*layer1x1)(p), c);
    else if (config.residual == Residual::activation)
      h += p;
  }
};

// Format 4.2: replaces the stream by what the next array reads, and the head output of the array before by
// its own.
void run_array(Weights& weights, const nam_core::LayerArrayConfig& array, const Signal& condition,
               Signal& stream, Signal& head) {
  const Conv rechannel(weights, array.input_size, array.channels, 1, 1, 1, false);
  std::vector<Layer> layers;
  for (const auto& layer : array.layers) layers.emplace_back(weights, array, layer);
  const Index sum_channels = array.head1x1_channels > 0 ? array.head1x1_channels : array.bottleneck;
  const Conv head_rechannel(weights, sum_channels, array.head_channels, array.head_kernel_size,
                            array.head_dilation, 1, array.head_bias);
  Signal sum = head.size() > 0 ? head : Signal::Zero(sum_channels, stream.cols());
  stream = rechannel(stream);
  for (const Layer& layer : layers) layer(stream, sum, condition);
  head = head_rechannel(sum);
}

}  // namespace

Signal evaluate(const nam_core::WaveNetConfig& config, const nam_core::ModelDescription& model,
                const Signal& x) {
  Weights weights(model.weights);
  const Signal condition = model.condition_dsp ? evaluate(*model.condition_dsp, x) : x;
  Signal stream = x.rightCols(condition.cols()), out;
  for (const auto& array : config.layers) run_array(weights, array, condition, stream, out);
  out *= config.head_scale;
  if (config.head) {
    const auto& head = *config.head;
    for (std::size_t r = 0; r < head.kernel_sizes.size(); ++r) {
      const int width = r + 1 == head.kernel_sizes.size() ? head.out_channels : head.channels;
      const Conv conv(weights, out.rows(), width, head.kernel_sizes[r], 1, 1, true);
      out = conv(activate(head.activation, out));
    }
  }
  weights.vector(1);  // head_scale again
  check_all_used(weights);
  return out;
}

Index receptive_field(const nam_core::WaveNetConfig& config, const nam_core::ModelDescription& model) {
  Index frames = model.condition_dsp ? receptive_field(*model.condition_dsp) : 1;
  for (const auto& array : config.layers) {
    for (const auto& layer : array.layers) frames += (layer.kernel_size - 1) * layer.dilation;
    frames += (array.head_kernel_size - 1) * array.head_dilation;
  }
  if (config.head)
    for (const int kernel_size : config.head->kernel_sizes) frames += kernel_size - 1;
  return frames;
}

}  // namespace oracle
