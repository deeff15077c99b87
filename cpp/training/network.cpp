#include "training/network.hpp"

#include <algorithm>

#include "base/aligned_buffer.hpp"

namespace nam_core::detail::training {

using kernels::kActivationParameters;

Network::Network(const WaveNetConfig& config, int output_frames)
    : plan_(config, output_frames), packed_(plan_.packed_size) {}

void Network::load(const float* parameters) {
  parameters_ = parameters;
  for (TrainedArray& array : plan_.arrays) {
    for (const LinearMap* map : {&array.rechannel, &array.rechannel_back, &array.head, &array.head_back})
      map->pack(parameters, packed_.data());
    for (TrainedLayer& layer : array.layers) {
      for (const LinearMap* map : {&layer.conv, &layer.conv_back, &layer.layer1x1, &layer.layer1x1_back})
        map->pack(parameters, packed_.data());
      for (int r = 0; layer.slope_count && r < layer.z.rows; ++r)
        layer.activation_parameters[static_cast<std::size_t>(r * kActivationParameters)] =
            parameters[layer.slopes + (layer.slope_count == 1 ? 0 : r)];
    }
  }
}

namespace {

void clear(const std::vector<ZeroSpan>& spans, float* memory) {
  for (const ZeroSpan& span : spans) std::fill_n(memory + span.at, span.count, 0.0f);
}

constexpr int kFloatsOfLine = static_cast<int>(base::kAlignment / sizeof(float));  // of a cache line

// The passes of one item through the network.
struct Walk {
  const Kernels& kernels;
  const NetworkPlan& plan;
  const float* parameters;
  const float* packed;
  float* item;
  float* thread;

  // Computes frames [first, last) of a map whose sources count their frames from `base`.
  void combine(const LinearMap& map, const float* base, int first, int last, float* out,
               std::ptrdiff_t stride, const float* init = nullptr, std::ptrdiff_t init_stride = 0) const {
    if (first >= last) return;
    kernels::CombineArgs args = map.args(parameters, packed, base + first);
    args.out = out + first;
    args.out_stride = stride;
    if (init) args.init = init + first, args.init_stride = init_stride;
    args.frames = last - first;
    kernels.training->combine(args);
  }
  void outer(const ParameterGradient& gradient, const float* base, const float* rows, std::ptrdiff_t stride,
             int first, int last, float* sums) const {
    if (first >= last) return;
    kernels::OuterArgs args = gradient.args(base + first, rows + first, stride, sums);
    args.frames = last - first;
    kernels.training->outer(args);
  }

  void forward_layer(const TrainedArray& array, const TrainedLayer& layer, int tile, int last) const {
    const int first = std::max(tile, layer.first_out);
    if (first >= last) return;
    combine(layer.conv, item, first, last, item + layer.z.at, layer.z.stride);
    // The head sum starts later than most layers.
    const int middle = std::clamp(array.first_head, first, last);
    activate(layer, tile, first, middle, {nullptr, 0});
    activate(layer, tile, middle, last, {item + array.head_sum.at + middle, array.head_sum.stride});
    if (layer.next_h.rows)
      combine(layer.layer1x1, thread - tile, first, last, item + layer.next_h.at, layer.next_h.stride,
              item + layer.h.at, layer.h.stride);
  }
  void activate(const TrainedLayer& layer, int tile, int first, int last, kernels::Rows<float> sum) const {
    if (first >= last) return;
    const RowSet& values = plan.tiles.values;
    kernels.activation({layer.activation,
                        layer.activation_parameters.data(),
                        {item + layer.z.at + first, layer.z.stride},
                        {thread + values.at + (first - tile), values.stride},
                        sum,
                        layer.z.rows,
                        last - first});
  }

  // Fetches frames [first, last) of an item's rows into the cache. The forward pass wrote them too long ago:
  // without this, a step of 3 channels takes 1.06 (AVX-512) to 1.16 times as long (AVX2, both on Zen 4).
  void prefetch(const RowSet& rows, int first, int last) const {
    for (int r = 0; r < rows.rows; ++r)
      for (int t = first; t < last; t += kFloatsOfLine) __builtin_prefetch(item + rows[r] + t, 0, 2);
  }

  // Fetches the rows of `next`, the layer whose turn comes after this one, while it computes. Null: none.
  void backward_layer(const TrainedArray& array, const TrainedLayer& layer, const TrainedLayer* next,
                      int tile, int last, float* sums) const {
    const RowSet &tiles = plan.tiles.gradient, &values = plan.tiles.values;
    float* const gradient = thread + tiles.at - tile;
    float* const value = thread + values.at - tile;
    const int first = std::max(tile, layer.first_out);
    if (first < last) {
      gradient_of_values(array, layer, tile, first, last);
      if (next) prefetch(next->z, std::max(tile, next->first_out), last);
      kernels.training->backward_activation({layer.activation, layer.activation_parameters.data(),
                                             item + layer.z.at + first, layer.z.stride, value + first,
                                             values.stride, layer.z.rows, last - first,
                                             layer.slope_count ? sums + layer.slope_sums : nullptr});
      if (layer.next_h.rows)
        outer(layer.layer1x1_gradient, thread - tile, gradient, tiles.stride, first, last, sums);
      outer(layer.conv_gradient, item, item + layer.z.at, layer.z.stride, first, last, sums);
      if (next) prefetch(next->h, std::max(tile, next->first_in), last);
    }
    combine(layer.conv_back, item, std::max(tile, layer.first_in), last, gradient, tiles.stride, gradient,
            tiles.stride);
  }
  // The gradient of the activations' values: from the head sum, and from the next layer through layer1x1.
  void gradient_of_values(const TrainedArray& array, const TrainedLayer& layer, int tile, int first,
                          int last) const {
    const RowSet &values = plan.tiles.values, &head = array.head_gradient;
    float* const value = thread + values.at - tile;
    const int middle = std::clamp(array.first_head, first, last);
    if (layer.next_h.rows) {
      combine(layer.layer1x1_back, thread - tile, first, middle, value, values.stride);
      combine(layer.layer1x1_back, thread - tile, middle, last, value, values.stride, thread + head.at,
              head.stride);
      return;
    }
    for (int r = 0; r < layer.z.rows; ++r) {
      float* to = value + r * values.stride;
      std::fill(to + first, to + middle, 0.0f);
      std::copy(thread + head[r] + middle, thread + head[r] + last, to + middle);
    }
  }

  void backward_array(std::size_t a, int tile, int last, float* sums) const {
    const TrainedArray& array = plan.arrays[a];
    const bool is_last = a + 1 == plan.arrays.size();
    // The gradient of the head's output.
    float* const out_memory = is_last ? item : thread;
    const RowSet& out = is_last ? plan.output_gradient : plan.arrays[a + 1].head_gradient;
    combine(array.head_back, out_memory, std::max(tile, array.first_head), last,
            thread + array.head_gradient.at, array.head_gradient.stride);
    outer(array.head_gradient_sums, item, out_memory + out.at, out.stride, std::max(tile, array.first_out),
          last, sums);
    for (std::size_t j = array.layers.size(); j-- > 0;)
      backward_layer(array, array.layers[j], j == 0 ? nullptr : &array.layers[j - 1], tile, last, sums);
    const RowSet &gradient = plan.tiles.gradient, &of_input = plan.tiles.input_gradient;
    outer(array.rechannel_gradient, item, thread + gradient.at - tile, gradient.stride,
          std::max(tile, array.first_in), last, sums);
    if (a == 0) return;
    combine(array.rechannel_back, thread - tile, tile, last, thread + of_input.at - tile, of_input.stride);
    for (int r = 0; r < array.rechannel_back.rows(); ++r)
      std::copy_n(thread + of_input[r], last - tile, thread + gradient[r]);
  }
};

}  // namespace

void Network::forward(const Kernels& kernels, const float* input, float* item, float* thread) const {
  const Walk walk{kernels, plan_, parameters_, packed_.data(), item, thread};
  clear(plan_.item_zeros, item);
  const int frames = plan_.input_frames();
  std::fill(std::copy_n(input, frames, item + plan_.input.at), item + plan_.input.at + plan_.end, 0.0f);
  const TrainedArray& first_array = plan_.arrays.front();
  for (int tile = 0; tile < plan_.end; tile += kTrainingTile) {
    const int last = std::min(plan_.end, tile + kTrainingTile);
    for (int r = 0; r < first_array.head_sum.rows; ++r)
      for (int t = std::max(tile, first_array.first_head); t < last; ++t)
        item[first_array.head_sum[r] + t] = 0.0f;
    for (const TrainedArray& array : plan_.arrays) {
      walk.combine(array.rechannel, item, std::max(tile, array.first_in), last, item + array.h.at,
                   array.h.stride);
      for (const TrainedLayer& layer : array.layers) walk.forward_layer(array, layer, tile, last);
      walk.combine(array.head, item, std::max(tile, array.first_out), last, item + array.out.at,
                   array.out.stride);
    }
  }
  float* out = output(item);
  for (int t = 0; t < plan_.output_frames; ++t) out[t] *= plan_.head_scale;
}

void Network::backward(const Kernels& kernels, float* item, float* thread, float* sums,
                       float* gradient) const {
  const Walk walk{kernels, plan_, parameters_, packed_.data(), item, thread};
  std::fill_n(sums, plan_.sums_size, 0.0f);
  clear(plan_.thread_zeros, thread);
  std::fill_n(thread + plan_.tiles.ones, kTrainingTile, 1.0f);
  std::fill_n(item + plan_.ones.at, plan_.end, 1.0f);
  // The output is head_scale times the head's output. Frames outside the outputs have no gradient.
  float* const from = output_gradient(item);
  const RowSet& out = plan_.output_gradient;
  std::fill(item + out.at + plan_.arrays.back().first_head, from, 0.0f);
  for (int t = 0; t < plan_.output_frames; ++t) from[t] *= plan_.head_scale;
  std::fill(from + plan_.output_frames, item + out.at + plan_.arrays.back().first_head + out.stride, 0.0f);

  const RowSet& tiles = plan_.tiles.gradient;
  for (int last = plan_.end; last > 0;) {
    const int tile = (last - 1) / kTrainingTile * kTrainingTile;
    for (int r = 0; r < tiles.rows; ++r) std::fill_n(thread + tiles[r], kTrainingTile, 0.0f);
    for (std::size_t a = plan_.arrays.size(); a-- > 0;) walk.backward_array(a, tile, last, sums);
    last = tile;
  }

  std::fill_n(gradient, plan_.parameters, 0.0f);
  for (const TrainedArray& array : plan_.arrays) {
    array.rechannel_gradient.scatter(sums, gradient);
    array.head_gradient_sums.scatter(sums, gradient);
    for (const TrainedLayer& layer : array.layers) {
      layer.conv_gradient.scatter(sums, gradient);
      if (layer.next_h.rows) layer.layer1x1_gradient.scatter(sums, gradient);
      for (int r = 0; layer.slope_count && r < layer.z.rows; ++r)
        gradient[layer.slopes + (layer.slope_count == 1 ? 0 : r)] +=
            sums[layer.slope_sums + static_cast<std::size_t>(r)];
    }
  }
}

}  // namespace nam_core::detail::training
