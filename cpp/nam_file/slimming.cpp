#include "nam_file/slimming.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "nam_file/quantities.hpp"
#include "nam_file/weight_layout.hpp"

namespace nam_core::detail::nam_file {

namespace {

// The quality at which step `index` of `count` starts: index / count rounded to a double, or the next larger
// double. The rule floor(quality * count) needs the larger one if the product rounds to below the index, as
// 15 / 22 * 22 does.
double first_quality(int index, int count) {
  const double quality = static_cast<double>(index) / count;
  return std::floor(quality * count) == index ? quality : std::nextafter(quality, 1.0);
}

// The index of the step, of `count`, that a quality selects (format 7.2).
int index_at(double quality, int count) {
  const int index = std::min(static_cast<int>(std::floor(quality * count)), count - 1);
  // For a quality one ulp below a border, the product can round up; the comparison with the border decides.
  return quality < first_quality(index, count) ? index - 1 : index;
}

double end_of(const Submodel& submodel) { return std::clamp(submodel.max_value, 0.0, 1.0); }

// The first submodel whose upper limit is above the quality, or the last submodel.
std::size_t submodel_index(const Container& config, double quality) {
  std::size_t index = 0;
  while (index + 1 < config.submodels.size() && end_of(config.submodels[index]) <= quality) ++index;
  return index;
}

void add_borders(const NamModel& model, std::set<double>& borders);

void add_array_borders(const LayerArray& array, std::set<double>& borders) {
  if (!array.slimmable) return;
  const auto& allowed = array.slimmable->allowed_channels;
  const auto add = [&](int count) {
    for (int index = 1; index < count; ++index) borders.insert(first_quality(index, count));
  };
  add(allowed ? static_cast<int>(allowed->size()) : array.channels);
  if (!allowed && array.bottleneck != array.channels) add(array.bottleneck);
}

// Adds the qualities above 0 at which a new size starts.
void add_borders(const NamModel& model, std::set<double>& borders) {
  if (const auto* container = std::get_if<Container>(&model.config)) {
    for (std::size_t index = 0; index < container->submodels.size(); ++index) {
      const double start = index > 0 ? end_of(container->submodels[index - 1]) : 0.0;
      std::set<double> inside;
      add_borders(*container->submodels[index].model, inside);
      inside.insert(start);
      for (const double border : inside)
        if (border >= start && border > 0.0 && submodel_index(*container, border) == index)
          borders.insert(border);
    }
  } else if (const auto* chain = std::get_if<Sequential>(&model.config)) {
    for (const ModelPointer& part : chain->models) add_borders(*part, borders);
  } else if (const auto* wavenet = std::get_if<WaveNet>(&model.config)) {
    for (const LayerArray& array : wavenet->layers) add_array_borders(array, borders);
  }
}

// The model itself; for a container, the submodel that it selects, through nested containers.
ModelPointer choose_submodel(ModelPointer model, double quality) {
  while (const auto* container = std::get_if<Container>(&model->config))
    model = ModelPointer(container->submodels[submodel_index(*container, quality)].model);
  return model;
}

struct Widths {
  int channels, bottleneck;
};

Widths slim_widths(const LayerArray& array, double quality) {
  if (!array.slimmable) return {array.channels, array.bottleneck};
  const auto& allowed = array.slimmable->allowed_channels;
  if (!allowed) return {1 + index_at(quality, array.channels), 1 + index_at(quality, array.bottleneck)};
  // An explicit list also sets the bottleneck, even at quality 1.
  const int channels =
      (*allowed)[static_cast<std::size_t>(index_at(quality, static_cast<int>(allowed->size())))];
  return {channels, channels};
}

void slim_activation(Activation& activation, int bottleneck) {
  auto& parameters = activation.parameters;
  if (activation.name == ActivationName::PReLU && parameters.size() > static_cast<std::size_t>(bottleneck))
    parameters.resize(static_cast<std::size_t>(bottleneck));
}

// The error for arrays that neither the PyTorch package nor the C++ core can slim (format 7.5).
std::optional<Error> uncuttable(const NamModel& model, std::size_t index, const LayerArray& array) {
  bool grouped = array.groups_input != 1 || array.groups_input_mixin != 1 ||
                 array.layer1x1_groups.value_or(1) != 1 || (array.head1x1 && array.head1x1->groups != 1);
  for (const auto& film : array.films) grouped = grouped || (film && film->groups != 1);
  std::string obstacle = "a grouped convolution";
  if (!grouped) {
    if (array.head.kernel_size == 1) return std::nullopt;
    obstacle = "a head with kernel size " + std::to_string(array.head.kernel_size);
  }
  const std::string prefix = model.location.empty() ? "" : model.location + ".";
  return Error{Error::Kind::config,
               "an array with " + obstacle + " cannot be slimmed; only the full size can be used",
               prefix + "config.layers[" + std::to_string(index) + "]"};
}

Result<ModelPointer> select(const ModelPointer& model, double quality);

Result<ModelPointer> slim_chain(const ModelPointer& model, const Sequential& chain, double quality) {
  Sequential slim;
  for (const ModelPointer& part : chain.models) {
    Result<ModelPointer> chosen = select(part, quality);
    if (!chosen) return chosen.error();
    slim.models.push_back(*chosen);
  }
  if (slim.models == chain.models) return model;
  NamModel made = *model;
  made.config = std::move(slim);
  return std::make_shared<const NamModel>(std::move(made));
}

Result<ModelPointer> slim_wavenet(const ModelPointer& model, const WaveNet& config, double quality) {
  ModelPointer condition = config.condition_dsp;
  if (condition) {
    Result<ModelPointer> chosen = select(condition, 1.0);
    if (!chosen) return chosen.error();
    condition = *chosen;
  }
  const auto slimmable = [](const LayerArray& array) { return array.slimmable.has_value(); };
  if (condition == config.condition_dsp &&
      std::none_of(config.layers.begin(), config.layers.end(), slimmable))
    return model;
  std::vector<Widths> widths;
  bool cuts = false;
  for (const LayerArray& array : config.layers) {
    widths.push_back(slim_widths(array, quality));
    cuts = cuts || widths.back().channels != array.channels || widths.back().bottleneck != array.bottleneck;
  }
  for (std::size_t i = 0; i < config.layers.size() && cuts; ++i)
    if (auto error = uncuttable(*model, i, config.layers[i])) return *std::move(error);

  WaveNet slim = config;
  slim.condition_dsp = std::move(condition);
  for (std::size_t i = 0; i < slim.layers.size(); ++i) {
    LayerArray& array = slim.layers[i];
    if (i > 0) array.input_size = slim.layers[i - 1].channels;
    array.channels = widths[i].channels;
    array.bottleneck = widths[i].bottleneck;
    array.slimmable.reset();
    for (Layer& layer : array.layers) {
      slim_activation(layer.activation, array.bottleneck);
      if (layer.secondary_activation) slim_activation(*layer.secondary_activation, array.bottleneck);
    }
    // An array's head has as many outputs as the next array's head sum has channels.
    if (i > 0) slim.layers[i - 1].head.out_channels = array.head_channels();
  }
  NamModel made = *model;
  made.weights = slice_weights(model->config, slim, model->weights);
  made.config = std::move(slim);
  return std::make_shared<const NamModel>(std::move(made));
}

// The model of the size that a quality selects, without slimmable parts.
Result<ModelPointer> select(const ModelPointer& model, double quality) {
  const ModelPointer chosen = choose_submodel(model, quality);
  Result<ModelPointer> slim = chosen;
  if (const auto* chain = std::get_if<Sequential>(&chosen->config))
    slim = slim_chain(chosen, *chain, quality);
  else if (const auto* wavenet = std::get_if<WaveNet>(&chosen->config))
    slim = slim_wavenet(chosen, *wavenet, quality);
  if (!slim || !model->sample_rate || model == chosen || (*slim)->sample_rate == model->sample_rate)
    return slim;
  NamModel made = **slim;
  made.sample_rate = model->sample_rate;
  return ModelPointer(std::make_shared<const NamModel>(std::move(made)));
}

void add_channels(const Config& config, std::vector<int>& channels) {
  if (const auto* wavenet = std::get_if<WaveNet>(&config))
    for (const LayerArray& array : wavenet->layers) channels.push_back(array.channels);
  if (const auto* lstm = std::get_if<Lstm>(&config)) channels.push_back(lstm->hidden_size);
  if (const auto* convnet = std::get_if<ConvNet>(&config)) channels.push_back(convnet->channels);
  if (const auto* chain = std::get_if<Sequential>(&config))
    for (const ModelPointer& part : chain->models) add_channels(part->config, channels);
}

}  // namespace

Result<std::vector<SlimModel>> slim_models(const ModelPointer& model) {
  std::set<double> borders{0.0};
  add_borders(*model, borders);
  std::vector<SlimModel> made;
  for (auto low = borders.begin(); low != borders.end();) {
    const double quality = *low++;
    const bool last = low == borders.end();
    Result<ModelPointer> slim = select(model, quality);
    if (!slim) {
      if (last) return slim.error();
      continue;
    }
    Size size;
    size.low = quality;
    size.high = last ? 1.0 : *low;
    add_channels((*slim)->config, size.channels);
    size.parameters = num_parameters((*slim)->config);
    size.macs_per_frame = macs_per_frame((*slim)->config);
    size.loudness = choose_submodel(model, quality)->metadata.loudness;
    made.push_back({std::move(size), *slim});
  }
  return made;
}

}  // namespace nam_core::detail::nam_file
