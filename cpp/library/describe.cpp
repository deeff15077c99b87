#include "library/describe.hpp"

namespace nam_core {

namespace {

namespace layers = nam_core::detail::layers;
namespace wavenet = nam_core::detail::wavenet;
namespace lstm = nam_core::detail::lstm;
namespace convnet = nam_core::detail::convnet;
namespace linear = nam_core::detail::linear;

static_assert(static_cast<int>(ActivationKind::fasttanh) + 1 == nam_core::detail::kernels::kActivationKinds);

template <class T>
std::vector<T> copy(std::span<const T> values) {
  return {values.begin(), values.end()};
}

layers::ActivationConfig convert(const ActivationConfig& from) {
  return {static_cast<layers::ActivationKind>(from.kind), copy(from.parameters)};
}

wavenet::LayerConfig convert(const LayerConfig& from) {
  wavenet::LayerConfig to{
      .kernel_size = from.kernel_size,
      .dilation = from.dilation,
      .gating_mode = static_cast<layers::GatingMode>(from.gating_mode),
      .activation = convert(from.activation),
      .secondary_activation = convert(from.secondary_activation),
      .residual = static_cast<wavenet::Residual>(from.residual),
      .films = {},
  };
  static_assert(std::tuple_size_v<decltype(from.films)> == wavenet::kFilmPlaces);
  for (std::size_t i = 0; i < from.films.size(); ++i)
    if (const auto& film = from.films[i]) to.films[i] = layers::FilmConfig{film->shift, film->groups};
  return to;
}

wavenet::LayerArrayConfig convert(const LayerArrayConfig& from) {
  wavenet::LayerArrayConfig to{
      .input_size = from.input_size,
      .condition_size = from.condition_size,
      .channels = from.channels,
      .bottleneck = from.bottleneck,
      .groups_input = from.groups_input,
      .groups_input_mixin = from.groups_input_mixin,
      .layer1x1_groups = from.layer1x1_groups,
      .head1x1_channels = from.head1x1_channels,
      .head1x1_groups = from.head1x1_groups,
      .layers = {},
      .head_channels = from.head_channels,
      .head_kernel_size = from.head_kernel_size,
      .head_dilation = from.head_dilation,
      .head_bias = from.head_bias,
  };
  for (const LayerConfig& layer : from.layers) to.layers.push_back(convert(layer));
  return to;
}

// The configurations of architectures.
struct Convert {
  using Config = decltype(nam_core::detail::engine::ModelDescription::config);

  Config operator()(const WaveNetConfig& from) const {
    wavenet::WaveNetConfig to{
        .in_channels = from.in_channels, .layers = {}, .head = {}, .head_scale = from.head_scale};
    for (const LayerArrayConfig& array : from.layers) to.layers.push_back(convert(array));
    if (const auto& head = from.head)
      to.head = wavenet::PostStackHeadConfig{head->channels, head->out_channels, copy(head->kernel_sizes),
                                             convert(head->activation)};
    return to;
  }
  Config operator()(const LstmConfig& from) const {
    return lstm::LstmConfig{.num_layers = from.num_layers,
                            .input_size = from.input_size,
                            .hidden_size = from.hidden_size,
                            .out_channels = from.out_channels,
                            .fast_tanh = from.fast_tanh,
                            .prewarm_frames = from.prewarm_frames};
  }
  Config operator()(const ConvNetConfig& from) const {
    return convnet::ConvNetConfig{.in_channels = from.in_channels,
                                  .out_channels = from.out_channels,
                                  .channels = from.channels,
                                  .groups = from.groups,
                                  .dilations = copy(from.dilations),
                                  .batchnorm = from.batchnorm,
                                  .activation = convert(from.activation)};
  }
  Config operator()(const LinearConfig& from) const {
    return linear::LinearConfig{.in_channels = from.in_channels,
                                .out_channels = from.out_channels,
                                .receptive_field = from.receptive_field,
                                .bias = from.bias};
  }
};

}  // namespace

nam_core::detail::engine::ModelDescription describe(const ModelDescription& model) {
  nam_core::detail::engine::ModelDescription made{std::visit(Convert{}, model.config), copy(model.weights),
                                                  nullptr};
  if (model.condition_dsp)
    made.condition_dsp =
        std::make_shared<const nam_core::detail::engine::ModelDescription>(describe(*model.condition_dsp));
  return made;
}

}  // namespace nam_core
