#include "architectures/wavenet/layer_array.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::wavenet {

using layers::as_const;
using layers::Part;

namespace {

template <class T>
std::vector<Layer<T>> read_layers(base::WeightReader& reader, const LayerArrayPlan& plan,
                                  const layers::ConvWeights& rechannel) {
  std::vector<Layer<T>> result;
  result.reserve(plan.layers.size());
  for (const LayerPlan& layer : plan.layers) result.emplace_back(reader, *plan.config, layer, rechannel);
  return result;
}

}  // namespace

template <class T>
LayerArray<T>::LayerArray(base::WeightReader& reader, const LayerArrayPlan& plan)
    : LayerArray(reader, plan,
                 layers::read_conv(reader, plan.config->input_size, plan.config->channels, 1, 1, false)) {}

template <class T>
LayerArray<T>::LayerArray(base::WeightReader& reader, const LayerArrayPlan& plan,
                          const layers::ConvWeights& rechannel)
    : input_size_(plan.config->input_size),
      folds_rechannel_(plan.folds_rechannel),
      passes_on_(plan.passes_on),
      rechannel_(Part::rechannel, plan.rechannel, rechannel),
      layers_(read_layers<T>(reader, plan, rechannel)),
      head_rechannel_(Part::head_rechannel, plan.head_rechannel,
                      layers::read_conv(reader, plan.head_rechannel.in_channels, plan.config->head_channels,
                                        plan.config->head_kernel_size, 1, plan.config->head_bias)) {}

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
