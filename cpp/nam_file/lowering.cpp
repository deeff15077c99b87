#include "nam_file/lowering.hpp"

#include <algorithm>
#include <cmath>

namespace nam_core::detail::nam_file {

namespace {

// config.head_scale is used if the last weight differs from it by at most this much (format D19).
constexpr double kHeadScaleTolerance = 1e-5;

class Lowering {
 public:
  Lowering(const NamModel& model, Arena& arena) : model_(model), arena_(arena) {}

  ModelConfig operator()(const WaveNet& config) {
    WaveNetConfig lowered;
    lowered.in_channels = config.in_channels;
    std::vector<LayerArrayConfig> arrays;
    for (const LayerArray& array : config.layers) arrays.push_back(layer_array(array));
    lowered.layers = arena_.keep(std::move(arrays));
    if (config.head)
      lowered.head =
          PostStackHeadConfig{config.head->channels, config.head->out_channels,
                              arena_.keep(config.head->kernel_sizes), activation(config.head->activation)};
    const double last_weight = model_.weights.back();
    lowered.head_scale =
        std::abs(last_weight - config.head_scale) <= kHeadScaleTolerance ? config.head_scale : last_weight;
    return lowered;
  }
  ModelConfig operator()(const Lstm& config) {
    return LstmConfig{config.num_layers, config.input_size, config.hidden_size, config.out_channels};
  }
  ModelConfig operator()(const ConvNet& config) {
    return ConvNetConfig{config.in_channels,
                         config.out_channels,
                         config.channels,
                         config.groups,
                         arena_.keep(config.dilations),
                         config.batchnorm,
                         activation(config.activation)};
  }
  ModelConfig operator()(const Linear& config) {
    return LinearConfig{config.in_channels, config.out_channels, config.receptive_field, config.bias};
  }
  ModelConfig operator()(const Sequential& config) {
    std::vector<ModelDescription> parts;
    add_flat(config, parts);
    std::vector<const ModelDescription*> models;
    for (const ModelDescription& part : arena_.keep(std::move(parts))) models.push_back(&part);
    return SequentialConfig{arena_.keep(std::move(models))};
  }
  // Not reached: slimming has replaced every container by one of its models.
  ModelConfig operator()(const Container&) { return LinearConfig{}; }

 private:
  // Adds the models. A Sequential in them is replaced by its own models, which compute the same.
  void add_flat(const Sequential& config, std::vector<ModelDescription>& parts) {
    for (const ModelPointer& part : config.models)
      if (const auto* inner = std::get_if<Sequential>(&part->config))
        add_flat(*inner, parts);
      else
        parts.push_back(lower(part, arena_));
  }

  LayerArrayConfig layer_array(const LayerArray& array) {
    std::vector<LayerConfig> layers;
    for (const Layer& layer : array.layers) {
      LayerConfig lowered;
      lowered.kernel_size = layer.kernel_size;
      lowered.dilation = layer.dilation;
      lowered.gating_mode = layer.gating_mode;
      lowered.activation = activation(layer.activation);
      if (layer.secondary_activation) lowered.secondary_activation = activation(*layer.secondary_activation);
      lowered.residual = array.layer1x1_groups ? Residual::layer1x1 : Residual::activation;
      lowered.films = array.films;
      layers.push_back(lowered);
    }
    return {array.input_size,
            array.condition_size,
            array.channels,
            array.bottleneck,
            array.groups_input,
            array.groups_input_mixin,
            array.layer1x1_groups.value_or(1),
            array.head1x1 ? array.head1x1->out_channels : 0,
            array.head1x1 ? array.head1x1->groups : 1,
            arena_.keep(std::move(layers)),
            array.head.out_channels,
            array.head.kernel_size,
            array.head.head_dilation,
            array.head.bias};
  }

  ActivationConfig activation(const Activation& given) {
    std::vector<double> parameters = given.parameters;
    const auto slope = [](double value) { return value >= 0.0 && value <= 1.0; };
    const bool leaky = !parameters.empty() && std::all_of(parameters.begin(), parameters.end(), slope);
    auto kind = static_cast<ActivationKind>(given.name);
    switch (given.name) {
      case ActivationName::Hardtanh:
        kind = ActivationKind::LeakyHardtanh;
        parameters.insert(parameters.end(), {0.0, 0.0});
        break;
      case ActivationName::PReLU:
        // The package keeps the slopes, and no other parameters, in float32.
        for (double& value : parameters) value = static_cast<float>(value);
        [[fallthrough]];
      case ActivationName::LeakyReLU:
        kind = leaky ? ActivationKind::LeakyReLU : ActivationKind::PReLU;
        break;
      default:
        break;
    }
    return {kind, parameters.empty() ? std::span<const double>() : arena_.keep(std::move(parameters))};
  }

  const NamModel& model_;
  Arena& arena_;
};

}  // namespace

ModelDescription lower(const ModelPointer& model, Arena& arena) {
  arena.keep(model);
  ModelDescription description;
  description.sample_rate = model->sample_rate.value_or(0.0);
  description.config = std::visit(Lowering(*model, arena), model->config);
  description.weights = model->weights;
  if (const auto* wavenet = std::get_if<WaveNet>(&model->config); wavenet && wavenet->condition_dsp) {
    std::vector<ModelDescription> condition{lower(wavenet->condition_dsp, arena)};
    description.condition_dsp = arena.keep(std::move(condition)).data();
  }
  return description;
}

}  // namespace nam_core::detail::nam_file
