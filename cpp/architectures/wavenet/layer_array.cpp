#include "architectures/wavenet/layer_array.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::wavenet {

using layers::as_const;
using layers::Part;

namespace {

template <class T>
std::vector<Layer<T>> read_layers(const kernels::KernelTable<T>& kernels, base::WeightReader& reader,
                                  const LayerArrayConfig& config, const layers::ConvWeights& rechannel) {
  std::vector<Layer<T>> result;
  result.reserve(config.layers.size());
  const layers::ConvWeights* folded = folds_rechannel(config) ? &rechannel : nullptr;
  for (const LayerConfig& layer : config.layers) {
    result.emplace_back(kernels, reader, config, layer, folded);
    folded = nullptr;
  }
  return result;
}

}  // namespace

bool folds_rechannel(const LayerArrayConfig& config) noexcept {
  return config.input_size < config.channels / config.groups_input && !config.layers.empty() &&
         !config.layers.front().films[static_cast<std::size_t>(FilmPlace::conv_pre_film)];
}

int head_sum_channels(const LayerArrayConfig& config) noexcept {
  return config.head1x1_channels > 0 ? config.head1x1_channels : config.bottleneck;
}

template <class T>
LayerArray<T>::LayerArray(const kernels::KernelTable<T>& kernels, base::WeightReader& reader,
                          const LayerArrayConfig& config)
    : LayerArray(kernels, reader, config,
                 layers::read_conv(reader, config.input_size, config.channels, 1, 1, false)) {}

template <class T>
LayerArray<T>::LayerArray(const kernels::KernelTable<T>& kernels, base::WeightReader& reader,
                          const LayerArrayConfig& config, const layers::ConvWeights& rechannel)
    : input_size_(config.input_size),
      folds_rechannel_(folds_rechannel(config)),
      rechannel_(kernels, Part::rechannel, rechannel),
      layers_(read_layers(kernels, reader, config, rechannel)),
      head_rechannel_(kernels, Part::head_rechannel,
                      layers::read_conv(reader, head_sum_channels(config), config.head_channels,
                                        config.head_kernel_size, 1, config.head_bias),
                      config.head_dilation) {
  if (layers_.empty()) throw ConfigError("a layer array needs at least one layer");
}

template <class T>
WorkspaceRows LayerArray<T>::workspace_rows() const noexcept {
  WorkspaceRows rows;
  for (const Layer<T>& layer : layers_) rows.include(layer.workspace_rows());
  return rows;
}

template <class T>
int LayerArray<T>::receptive_field() const noexcept {
  int frames = 1 + head_rechannel_.lookback();
  for (const Layer<T>& layer : layers_) frames += layer.lookback();
  return frames;
}

template <class T>
void LayerArray<T>::process(const Block<T>& block, Workspace<T>& workspace, ConstRows<T> condition,
                            ConstRows<T> in, Rows<T> out, Rows<T> head_out) noexcept {
  Rows<T> scratch = workspace.residual[0].rows(), spare = workspace.residual[1].rows();
  LayerSignals<T> signals{condition, layers_.front().input(scratch), {}, head_sum()};
  rechannel_.process(block, in, signals.residual_in);
  if (folds_rechannel_) layers::copy_rows(block, input_size_, in, layers_.front().folded_input());
  for (auto layer = layers_.begin(); layer != layers_.end(); ++layer) {
    std::swap(scratch, spare);
    const Rows<T> next = layer + 1 == layers_.end() ? out : layer[1].input(scratch);
    signals.residual_out = next;
    layer->process(block, workspace, signals);
    signals.residual_in = next;
  }
  head_rechannel_.process(block, head_out);
}

template class LayerArray<float>;
template class LayerArray<double>;

}  // namespace nam_core::detail::wavenet
