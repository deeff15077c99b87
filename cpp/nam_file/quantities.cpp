#include "nam_file/quantities.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "nam_file/weight_layout.hpp"

namespace nam_core::detail::nam_file {

namespace {

using base::add_bytes;
using base::times;

struct ReceptiveField {
  std::int64_t operator()(const WaveNet& config) const {
    std::int64_t frames = 1;
    for (const LayerArray& array : config.layers) {
      for (const Layer& layer : array.layers) frames = add_bytes(frames, layer.lookback());
      frames = add_bytes(frames, (array.head.kernel_size - std::int64_t{1}) * array.head.head_dilation);
    }
    if (config.head)
      for (const int kernel_size : config.head->kernel_sizes) frames = add_bytes(frames, kernel_size - 1);
    if (config.condition_dsp) frames = add_bytes(frames, receptive_field(config.condition_dsp->config) - 1);
    return frames;
  }
  std::int64_t operator()(const Lstm&) const { return 1; }
  std::int64_t operator()(const ConvNet& config) const {
    std::int64_t frames = 1;
    for (const int dilation : config.dilations) frames += dilation;
    return frames;
  }
  std::int64_t operator()(const Linear& config) const { return config.receptive_field; }
  std::int64_t operator()(const Container& config) const {
    std::int64_t most = 0;
    for (const Submodel& submodel : config.submodels)
      most = std::max(most, receptive_field(submodel.model->config));
    return most;
  }
  std::int64_t operator()(const Sequential& config) const {
    std::int64_t frames = 1;
    for (const ModelPointer& model : config.models)
      frames = add_bytes(frames, receptive_field(model->config) - 1);
    return frames;
  }
};

}  // namespace

std::int64_t receptive_field(const Config& config) { return std::visit(ReceptiveField{}, config); }

std::int64_t macs_per_frame(const Config& config) {
  if (const auto* container = std::get_if<Container>(&config))
    return macs_per_frame(container->submodels.back().model->config);
  std::int64_t macs = 0;
  if (const auto* chain = std::get_if<Sequential>(&config)) {
    for (const ModelPointer& model : chain->models) macs = add_bytes(macs, macs_per_frame(model->config));
    return macs;
  }
  // Biases, start states and scales are vectors; only matrices are multiplied with each frame.
  for_each_part(config, [&](const WeightPart& part) {
    if (part.axes > 1) macs = add_bytes(macs, part.count());
    return true;
  });
  if (const auto* linear = std::get_if<Linear>(&config))
    return linear->shares_response() ? times(macs, linear->in_channels) : macs;
  if (const auto* wavenet = std::get_if<WaveNet>(&config); wavenet && wavenet->condition_dsp)
    macs = add_bytes(macs, macs_per_frame(wavenet->condition_dsp->config));
  return macs;
}

std::int64_t num_parameters(const Config& config) {
  std::int64_t count = count_weights(config);
  if (const auto* container = std::get_if<Container>(&config))
    for (const Submodel& submodel : container->submodels)
      count = add_bytes(count, num_parameters(submodel.model->config));
  if (const auto* chain = std::get_if<Sequential>(&config))
    for (const ModelPointer& model : chain->models) count = add_bytes(count, num_parameters(model->config));
  if (const auto* wavenet = std::get_if<WaveNet>(&config); wavenet && wavenet->condition_dsp)
    count = add_bytes(count, num_parameters(wavenet->condition_dsp->config));
  return count;
}

std::optional<double> known_rate(const NamModel& model) {
  if (const auto* container = std::get_if<Container>(&model.config); container && !model.sample_rate)
    for (const Submodel& submodel : container->submodels)
      if (const auto rate = known_rate(*submodel.model)) return rate;
  return model.sample_rate;
}

}  // namespace nam_core::detail::nam_file
