#include "engine/check.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "base/bytes.hpp"

namespace nam_core::detail::engine {

namespace {

// Positions in a history are ints, and its memory is a little more than twice the lookback.
constexpr std::int64_t kMostLookback = std::numeric_limits<int>::max() / 4;
// The histories of a convolution of this many channels alone take 3.8 GB in float32.
constexpr int kMostChannels = 1 << 20;
// Layers of an LSTM. Each layer takes at least 14 weights, so a file with more layers is damaged.
constexpr int kMostLayers = 1 << 20;

// Channels of a model; 0 until they are known.
struct Ends {
  int in = 0, out = 0;
};

// Walks through a description in the order of its weights. The first error is kept.
class Walk {
 public:
  explicit Walk(bool weights) : compares_weights_(weights) {}

  const std::optional<Error>& error() const noexcept { return error_; }

  Ends model(const ModelDescription& model) {
    model_ = &model;
    weights_ = 0;
    const Ends ends = std::visit([&](const auto& config) { return visit(config); }, model.config);
    const auto given = static_cast<std::int64_t>(model.weights.size());
    if (!error_ && compares_weights_ && weights_ != given)
      fail(Error::Kind::weights, "found " + std::to_string(given) + " weights; the configuration needs " +
                                     std::to_string(weights_));
    return ends;
  }

 private:
  void fail(Error::Kind kind, std::string message) {
    if (!error_) error_ = Error{kind, std::move(message)};
  }
  void fail(std::string message) { fail(Error::Kind::config, std::move(message)); }

  Ends nested(const ModelDescription& inner) {
    Walk walk(compares_weights_);
    const Ends ends = walk.model(inner);
    if (!error_) error_ = walk.error_;
    return ends;
  }

  void count(std::int64_t rows, std::int64_t columns = 1) {
    weights_ = base::add_bytes(weights_, base::times(std::max<std::int64_t>(rows, 0), columns));
  }

  struct Conv {
    int in, out, kernel_size = 1, dilation = 1, groups = 1;
    bool bias = true;
  };
  void conv(const Conv& conv) {
    if (conv.in < 1 || conv.out < 1 || conv.groups < 1 || conv.in % conv.groups != 0 ||
        conv.out % conv.groups != 0)
      return fail(
          "a convolution has " + std::to_string(conv.in) + " input channels, " + std::to_string(conv.out) +
          " output channels and " + std::to_string(conv.groups) +
          " groups; each must be at least 1, and both numbers of channels must be multiples of groups");
    if (const int channels = std::max(conv.in, conv.out); channels > kMostChannels)
      return fail("a convolution has " + std::to_string(channels) + " channels; at most " +
                  std::to_string(kMostChannels) + " are possible");
    if (conv.kernel_size < 1 || conv.dilation < 1)
      return fail("a convolution has kernel_size " + std::to_string(conv.kernel_size) + " and dilation " +
                  std::to_string(conv.dilation) + "; both must be at least 1");
    const std::int64_t lookback = (conv.kernel_size - std::int64_t{1}) * conv.dilation;
    if (lookback > kMostLookback)
      return fail("a convolution reads " + std::to_string(lookback) + " past frames; at most " +
                  std::to_string(kMostLookback) + " are possible");
    count(conv.out, base::times(conv.in / conv.groups, conv.kernel_size));
    if (conv.bias) count(conv.out);
  }

  void activation(const ActivationConfig& config, int rows) {
    const auto used = static_cast<std::size_t>(kParametersOf[static_cast<int>(config.kind)]);
    const std::size_t given = config.parameters.size();
    const std::size_t one_each = used * static_cast<std::size_t>(std::max(rows, 0));
    if (given != used && given != one_each)
      return fail("an activation of " + std::to_string(rows) + " channels has " + std::to_string(given) +
                  " parameters; it must have " + std::to_string(used) + " for all channels together, or " +
                  std::to_string(one_each) + " for each channel its own");
    if (config.kind == ActivationKind::LeakyReLU)
      for (const double slope : config.parameters)
        if (!(slope >= 0 && slope <= 1))
          return fail("a LeakyReLU has the slope " + std::to_string(slope) + "; it must be from 0 to 1");
  }

  Ends visit(const WaveNetConfig& config) {
    Ends ends{config.in_channels, 0};
    int condition = config.in_channels;
    if (model_->condition_dsp) {
      const Ends inner = nested(*model_->condition_dsp);
      if (inner.in != config.in_channels)
        fail("condition_dsp has " + std::to_string(inner.in) + " input channels; it must have " +
             std::to_string(config.in_channels) + ", the in_channels of the WaveNet");
      condition = inner.out;
    }
    if (config.layers.empty()) fail("a WaveNet needs at least one layer array");
    int stream = config.in_channels;
    for (const LayerArrayConfig& array : config.layers) {
      if (array.input_size != stream || array.condition_size != condition)
        fail("a layer array has input_size " + std::to_string(array.input_size) + " and condition_size " +
             std::to_string(array.condition_size) + "; they must be " + std::to_string(stream) + " and " +
             std::to_string(condition));
      const int head_sum = array.head1x1_channels > 0 ? array.head1x1_channels : array.bottleneck;
      if (&array != config.layers.data() && ends.out != head_sum)
        fail("the head sum of a layer array has " + std::to_string(head_sum) + " channels; it must have " +
             std::to_string(ends.out) + ", the head output channels of the array before it");
      layer_array(array, head_sum);
      stream = array.channels;
      ends.out = array.head_channels;
    }
    if (config.head) ends.out = post_stack_head(*config.head, ends.out);
    count(1);  // head_scale
    return ends;
  }

  void layer_array(const LayerArrayConfig& array, int head_sum) {
    if (array.layers.empty()) fail("a layer array needs at least one layer");
    conv({.in = array.input_size, .out = array.channels, .bias = false});
    // The loop ends with the first error, because a damaged description may ask for many layers.
    for (const LayerConfig& config : array.layers)
      if (!error_) layer(array, config);
    conv({head_sum, array.head_channels, array.head_kernel_size, array.head_dilation, 1, array.head_bias});
  }

  void layer(const LayerArrayConfig& array, const LayerConfig& config) {
    const auto has = [&](FilmPlace place) {
      return config.films[static_cast<std::size_t>(place)].has_value();
    };
    // A FiLM cannot modulate the output of a 1x1 convolution that is inactive.
    if (config.residual != Residual::layer1x1 && array.channels != array.bottleneck)
      fail("a layer without layer1x1 has bottleneck " + std::to_string(array.bottleneck) + " and channels " +
           std::to_string(array.channels) + "; they must be equal");
    if (has(FilmPlace::head1x1_post_film) && array.head1x1_channels == 0)
      fail("head1x1_post_film needs head1x1");
    if (has(FilmPlace::layer1x1_post_film) && config.residual != Residual::layer1x1)
      fail("layer1x1_post_film needs layer1x1");
    const bool pair = config.gating_mode != GatingMode::none;
    if (array.bottleneck < 1 || array.bottleneck > kMostChannels)
      return fail("a layer array has bottleneck " + std::to_string(array.bottleneck) +
                  "; it must be from 1 to " + std::to_string(kMostChannels));
    const int rows = pair ? 2 * array.bottleneck : array.bottleneck;

    conv({array.channels, rows, config.kernel_size, config.dilation, array.groups_input});
    conv({.in = array.condition_size, .out = rows, .groups = array.groups_input_mixin, .bias = false});
    if (config.residual == Residual::layer1x1)
      conv({.in = array.bottleneck, .out = array.channels, .groups = array.layer1x1_groups});
    if (array.head1x1_channels > 0)
      conv({.in = array.bottleneck, .out = array.head1x1_channels, .groups = array.head1x1_groups});
    // The rows that the FiLM of each place modulates (format 2.4).
    const std::array<int, kFilmPlaces> widths{
        array.channels,   rows,           array.condition_size,  rows, rows,
        array.bottleneck, array.channels, array.head1x1_channels};
    for (std::size_t place = 0; place < kFilmPlaces; ++place)
      if (const auto& film = config.films[place])
        conv({.in = array.condition_size,
              .out = (film->shift ? 2 : 1) * std::min(widths[place], kMostChannels),
              .groups = film->groups});
    activation(config.activation, array.bottleneck);
    if (pair) activation(config.secondary_activation, array.bottleneck);
  }

  int post_stack_head(const PostStackHeadConfig& head, int width) {
    if (head.kernel_sizes.empty()) fail("a post-stack head needs at least one block");
    for (std::size_t i = 0; i < head.kernel_sizes.size() && !error_; ++i) {
      const bool last = i + 1 == head.kernel_sizes.size();
      activation(head.activation, width);
      conv({width, last ? head.out_channels : head.channels, head.kernel_sizes[i]});
      width = head.channels;
    }
    return head.out_channels;
  }

  Ends visit(const LstmConfig& config) {
    if (config.num_layers < 0 || config.num_layers > kMostLayers)
      fail("an LSTM has num_layers " + std::to_string(config.num_layers) + "; it must be from 0 to " +
           std::to_string(kMostLayers));
    // Sizes of a layer have the same limits as those of a convolution.
    conv({config.input_size, config.hidden_size});
    weights_ = 0;
    std::int64_t width = config.input_size;
    const std::int64_t hidden = config.hidden_size;
    for (int layer = 0; layer < config.num_layers && !error_; ++layer) {
      count(4 * hidden, width + hidden);
      count(6, hidden);  // bias, start state
      width = hidden;
    }
    conv({config.hidden_size, config.out_channels});
    return {config.input_size, config.out_channels};
  }

  Ends visit(const ConvNetConfig& config) {
    if (config.dilations.empty()) fail("a ConvNet needs at least one block");
    int width = config.in_channels;
    for (const int dilation : config.dilations) {
      if (error_) break;
      conv({width, config.channels, 2, dilation, config.groups, !config.batchnorm});
      if (config.batchnorm) {
        count(4, config.channels);
        count(1);  // eps
      }
      activation(config.activation, config.channels);
      width = config.channels;
    }
    conv({config.channels, config.out_channels});
    return {config.in_channels, config.out_channels};
  }

  Ends visit(const LinearConfig& config) {
    const int in = config.in_channels, out = config.out_channels;
    if (in != out && in != 1 && out != 1)
      fail("a Linear has " + std::to_string(in) + " input channels and " + std::to_string(out) +
           " output channels; the two must be equal, or one of them must be 1");
    const bool each = in == out;
    conv({in, out, config.receptive_field, 1, each ? in : 1, false});
    weights_ = 0;
    count(each ? 1 : std::max(in, out), config.receptive_field);
    if (config.bias) count(each ? 1 : out);
    return {in, out};
  }

  Ends visit(const SequentialConfig& config) {
    if (config.models.empty()) fail("a Sequential needs at least one model");
    Ends ends;
    for (const ModelDescription* child : config.models) {
      const Ends inner = nested(*child);
      if (ends.in == 0)
        ends.in = inner.in;
      else if (inner.in != ends.out)
        fail("a model of a Sequential has " + std::to_string(inner.in) + " input channels; it must have " +
             std::to_string(ends.out) + ", the output channels of the model before it");
      ends.out = inner.out;
    }
    return ends;
  }

  bool compares_weights_;
  const ModelDescription* model_ = nullptr;
  std::int64_t weights_ = 0;
  std::optional<Error> error_;
};

std::optional<Error> walk(const ModelDescription& model, bool weights) {
  Walk walk(weights);
  walk.model(model);
  return walk.error();
}

}  // namespace

std::optional<Error> check_config(const ModelDescription& model) { return walk(model, false); }
std::optional<Error> check_model(const ModelDescription& model) { return walk(model, true); }

}  // namespace nam_core::detail::engine
