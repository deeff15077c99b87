#include "training/network_plan.hpp"

#include <string>

#include "base/errors.hpp"
#include "training/row_placement.hpp"

namespace nam_core::detail::training {

namespace {

using kernels::kActivationParameters;
using kernels::kFrameStep;

constexpr int up(int frame) { return (frame + kFrameStep - 1) / kFrameStep * kFrameStep; }

void require(bool holds, const char* other) {
  if (!holds) throw ConfigError(std::string("the training engine cannot train ") + other);
}

// The parameters of one convolution, [out][in per group][tap].
struct ConvParameters {
  std::int32_t first;
  int out, in, taps, groups;
  int group_in() const { return in / groups; }
  std::int32_t at(int o, int i, int k) const {
    const int group = o / (out / groups), inner = i - group * group_in();
    if (inner < 0 || inner >= group_in()) return kNoParameter;
    return first + (o * group_in() + inner) * taps + k;
  }
  std::int32_t count() const { return out * group_in() * taps; }
};

class Builder {
 public:
  Builder(NetworkPlan& plan, const WaveNetConfig& config) : plan_(plan), config_(config) {}

  void build() {
    place_rows(plan_, config_);
    for (std::size_t a = 0; a < config_.layers.size(); ++a) build_array(a);
    add_slopes();
    plan_.parameters = static_cast<std::size_t>(next_);
    plan_.trained.assign(plan_.parameters, 0);
    for (const ParameterMatrix& matrix : plan_.matrices)
      for (const std::int32_t index : matrix.indices) plan_.trained[static_cast<std::size_t>(index)] = 1;
    place_maps();
  }

 private:
  ConvParameters take(int out, int in, int taps, int groups) {
    const ConvParameters part{next_, out, in, taps, groups};
    next_ += part.count();
    return part;
  }
  std::int32_t take_bias(int rows) {
    next_ += rows;
    return next_ - rows;
  }

  // out[o][t] = sum over taps k and inputs i of w[o][i][k] * in[i][t - (taps - 1 - k) * dilation].
  static void add_forward(LinearMap& map, const ConvParameters& conv, const RowSet& in, int dilation) {
    std::vector<std::int32_t> column(static_cast<std::size_t>(conv.out));
    for (int k = 0; k < conv.taps; ++k)
      for (int i = 0; i < conv.in; ++i) {
        for (int o = 0; o < conv.out; ++o) column[static_cast<std::size_t>(o)] = conv.at(o, i, k);
        map.add_term(in[i] - std::ptrdiff_t{conv.taps - 1 - k} * dilation, column);
      }
  }
  static LinearMap back(const ConvParameters& conv, const RowSet& out, int dilation) {
    LinearMap map(conv.in);
    std::vector<std::int32_t> column(static_cast<std::size_t>(conv.in));
    for (int k = 0; k < conv.taps; ++k)
      for (int o = 0; o < conv.out; ++o) {
        for (int i = 0; i < conv.in; ++i) column[static_cast<std::size_t>(i)] = conv.at(o, i, k);
        map.add_term(out[o] + std::ptrdiff_t{conv.taps - 1 - k} * dilation, column);
      }
    return map;
  }

  void build_array(std::size_t a) {
    const LayerArrayConfig& from = config_.layers[a];
    TrainedArray& array = plan_.arrays[a];
    const RowSet input = a == 0 ? plan_.input : plan_.arrays[a - 1].layers.back().next_h;
    const ConvParameters rechannel = take(from.channels, from.input_size, 1, 1);
    array.rechannel = LinearMap(from.channels);
    add_forward(array.rechannel, rechannel, input, 0);
    array.rechannel_back = back(rechannel, plan_.tiles.gradient, 0);
    array.rechannel_gradient = ParameterGradient(array.rechannel, plan_.ones.at);
    add_matrices(rechannel, kNoParameter, {});
    for (std::size_t j = 0; j < array.layers.size(); ++j) build_layer(from, from.layers[j], array.layers[j]);

    const ConvParameters head = take(from.head_channels, from.bottleneck, from.head_kernel_size, 1);
    array.head = LinearMap(from.head_channels);
    add_forward(array.head, head, array.head_sum, from.head_dilation);
    if (from.head_bias) array.head.set_bias(take_bias(from.head_channels));
    const bool last = a + 1 == plan_.arrays.size();
    array.head_back =
        back(head, last ? plan_.output_gradient : plan_.arrays[a + 1].head_gradient, from.head_dilation);
    array.head_gradient_sums = ParameterGradient(array.head, plan_.ones.at);
    if (from.head_channels > 1) return add_matrices(head, array.head.bias(), {});
    // The head has one output, so the columns of its matrix are the taps and the rows are the inputs.
    ParameterMatrix matrix{head.in, head.taps, {}};
    for (std::int32_t n = 0; n < head.count(); ++n) matrix.indices.push_back(head.first + n);
    plan_.matrices.push_back(std::move(matrix));
    if (from.head_bias) plan_.matrices.push_back({1, 1, {array.head.bias()}});
  }

  void build_layer(const LayerArrayConfig& array, const LayerConfig& from, TrainedLayer& layer) {
    const ConvParameters conv = take(array.bottleneck, array.channels, from.kernel_size, array.groups_input);
    layer.conv = LinearMap(array.bottleneck);
    layer.conv.set_bias(take_bias(array.bottleneck));
    const ConvParameters mixin = take(array.bottleneck, array.condition_size, 1, array.groups_input_mixin);
    add_forward(layer.conv, mixin, plan_.input, 0);
    add_forward(layer.conv, conv, layer.h, from.dilation);
    layer.conv_back = back(conv, layer.z, from.dilation);
    layer.conv_gradient = ParameterGradient(layer.conv, plan_.ones.at);
    add_matrices(conv, layer.conv.bias(), mixin.groups == 1 ? &mixin : nullptr);
    if (mixin.groups > 1) add_matrices(mixin, kNoParameter, {});

    const ConvParameters one = take(array.channels, array.bottleneck, 1, array.layer1x1_groups);
    layer.layer1x1 = LinearMap(array.channels);
    add_forward(layer.layer1x1, one, plan_.tiles.values, 0);
    layer.layer1x1.set_bias(take_bias(array.channels));
    layer.layer1x1_back = back(one, plan_.tiles.gradient, 0);
    layer.layer1x1_gradient = ParameterGradient(layer.layer1x1, plan_.tiles.ones);
    if (layer.next_h.rows) add_matrices(one, layer.layer1x1.bias(), {});
    build_activation(array.bottleneck, from.activation, layer);
  }

  void build_activation(int rows, const ActivationConfig& from, TrainedLayer& layer) {
    const int count = kParametersOf[static_cast<int>(from.kind)];
    layer.activation = from.kind;
    layer.activation_parameters.assign(static_cast<std::size_t>(rows) * kActivationParameters, 0.0f);
    const bool shared = static_cast<int>(from.parameters.size()) == count;
    for (int r = 0; r < rows; ++r)
      for (int n = 0; n < count; ++n)
        layer.activation_parameters[static_cast<std::size_t>(r * kActivationParameters + n)] =
            static_cast<float>(from.parameters[static_cast<std::size_t>(shared ? n : r * count + n)]);
    if (from.kind == ActivationKind::PReLU) layer.slope_count = shared ? 1 : rows;
  }

  // PReLU's slopes follow the weights of the file.
  void add_slopes() {
    ParameterMatrix slopes{1, 0, {}};
    for (TrainedArray& array : plan_.arrays)
      for (TrainedLayer& layer : array.layers) {
        if (layer.slope_count == 0) continue;
        layer.slopes = next_;
        for (int n = 0; n < layer.slope_count; ++n) slopes.indices.push_back(next_ + n);
        next_ += layer.slope_count;
        slopes.columns += layer.slope_count;
      }
    if (slopes.columns) plan_.matrices.push_back(std::move(slopes));
  }

  // One matrix [weights | mixin | bias] for each group.
  void add_matrices(const ConvParameters& conv, std::int32_t bias, const ConvParameters* mixin) {
    const int rows = conv.out / conv.groups;
    for (int group = 0; group < conv.groups; ++group) {
      ParameterMatrix matrix{rows, 0, {}};
      for (int o = group * rows; o < (group + 1) * rows; ++o) {
        const int columns = conv.group_in() * conv.taps;
        for (int n = 0; n < columns; ++n) matrix.indices.push_back(conv.first + o * columns + n);
        if (mixin)
          for (int n = 0; n < mixin->in; ++n) matrix.indices.push_back(mixin->first + o * mixin->in + n);
        if (bias != kNoParameter) matrix.indices.push_back(bias + o);
      }
      matrix.columns = static_cast<int>(matrix.indices.size()) / rows;
      plan_.matrices.push_back(std::move(matrix));
    }
  }

  void place_maps() {
    for (TrainedArray& array : plan_.arrays) {
      for (LinearMap* map : {&array.rechannel, &array.rechannel_back, &array.head, &array.head_back})
        plan_.packed_size = map->place(plan_.packed_size);
      plan_.sums_size = array.rechannel_gradient.place(plan_.sums_size);
      plan_.sums_size = array.head_gradient_sums.place(plan_.sums_size);
      for (TrainedLayer& layer : array.layers) {
        for (LinearMap* map : {&layer.conv, &layer.conv_back, &layer.layer1x1, &layer.layer1x1_back})
          plan_.packed_size = map->place(plan_.packed_size);
        plan_.sums_size = layer.conv_gradient.place(plan_.sums_size);
        plan_.sums_size = layer.layer1x1_gradient.place(plan_.sums_size);
        layer.slope_sums = plan_.sums_size;
        if (layer.slope_count) plan_.sums_size += static_cast<std::size_t>(layer.z.rows);
      }
    }
  }

  NetworkPlan& plan_;
  const WaveNetConfig& config_;
  std::int32_t next_ = 0;
};

void check(const WaveNetConfig& config) {
  require(!config.layers.empty(), "a WaveNet without layer arrays");
  require(config.in_channels == 1, "a WaveNet with several input channels");
  require(!config.head, "a post_stack_head");
  require(config.layers.back().head_channels == 1, "a WaveNet with several output channels");
  for (const LayerArrayConfig& array : config.layers) {
    require(array.condition_size == 1, "a layer array with a condition_size above 1");
    require(array.head1x1_channels == 0, "a layer array with head1x1");
    require(!array.layers.empty(), "a layer array without layers");
    for (const LayerConfig& layer : array.layers) {
      require(layer.gating_mode == GatingMode::none, "a layer with gating");
      require(layer.residual == Residual::layer1x1, "a layer without layer1x1");
      require(layer.activation.kind != ActivationKind::Fasttanh, "a layer with Fasttanh");
      for (const auto& film : layer.films) require(!film, "a layer with FiLM");
    }
  }
}

}  // namespace

NetworkPlan::NetworkPlan(const WaveNetConfig& config, int frames)
    : output_frames(frames), receptive_field(1), head_scale(static_cast<float>(config.head_scale)) {
  check(config);
  for (const LayerArrayConfig& array : config.layers) {
    for (const LayerConfig& layer : array.layers) receptive_field += (layer.kernel_size - 1) * layer.dilation;
    receptive_field += (array.head_kernel_size - 1) * array.head_dilation;
  }
  end = up(input_frames());
  Builder(*this, config).build();
}

}  // namespace nam_core::detail::training
