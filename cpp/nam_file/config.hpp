// The checked contents of a file, with every legacy spelling resolved. It follows Python's format/config.py
// and wavenet_parts.py, whose comments apply here too. Slimmable parts and all sizes of a container are still
// included.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "nam_core/description.hpp"
#include "nam_core/nam_file.hpp"

namespace nam_core::detail::nam_file {

// The FiLMs in the order of their weights in a file (format 2.4, 5.2), by FilmPlace.
inline constexpr const char* kFilmNames[kFilmPlaces] = {
    "conv_pre_film",       "conv_post_film",       "input_mixin_pre_film", "input_mixin_post_film",
    "activation_pre_film", "activation_post_film", "layer1x1_post_film",   "head1x1_post_film"};

// The names in files: those of the engine, and Hardtanh, which the engine computes as a LeakyHardtanh.
#define NAM_CORE_NAME(kind, parameters, slowest, ...) kind,
enum class ActivationName { NAM_CORE_ACTIVATIONS(NAM_CORE_NAME) Hardtanh };
#undef NAM_CORE_NAME

struct Activation {
  ActivationName name = ActivationName::Tanh;
  std::vector<double> parameters;
};

struct Layer {
  int kernel_size, dilation;
  Activation activation;
  GatingMode gating_mode;
  std::optional<Activation> secondary_activation;

  bool is_pair() const noexcept { return gating_mode != GatingMode::none; }
  std::int64_t lookback() const noexcept { return (kernel_size - std::int64_t{1}) * dilation; }
};

struct HeadRechannel {
  int out_channels = 1, kernel_size = 1;
  bool bias = false;
  int head_dilation = 1;
};

struct Head1x1 {
  int out_channels = 1, groups = 1;
};

struct Slimmable {
  std::optional<std::vector<int>> allowed_channels;  // none: every count from 1 to channels
};

struct LayerArray {
  int input_size, condition_size, channels, bottleneck;
  std::vector<Layer> layers;
  HeadRechannel head;
  int groups_input, groups_input_mixin;
  std::optional<int> layer1x1_groups;  // none: layer1x1 is inactive
  std::optional<Head1x1> head1x1;
  std::array<std::optional<FilmConfig>, kFilmPlaces> films;
  std::optional<Slimmable> slimmable;

  std::int64_t conv_channels(const Layer& layer) const noexcept {
    return layer.is_pair() ? 2 * std::int64_t{bottleneck} : bottleneck;
  }
  int head_channels() const noexcept { return head1x1 ? head1x1->out_channels : bottleneck; }
  std::int64_t film_width(std::size_t place, const Layer& layer) const noexcept;
};

struct PostStackHead {
  int in_channels, channels, out_channels;
  std::vector<int> kernel_sizes;
  Activation activation;

  // The channels at the input of this block, or after the last block.
  int width(std::size_t block) const noexcept {
    return block == 0 ? in_channels : block == kernel_sizes.size() ? out_channels : channels;
  }
};

struct NamModel;
// Shared by all sizes that contain the model.
using ModelPointer = std::shared_ptr<const NamModel>;

struct WaveNet {
  std::vector<LayerArray> layers;
  std::optional<PostStackHead> head;
  double head_scale;
  ModelPointer condition_dsp;
  int in_channels;
};

struct Lstm {
  int num_layers, input_size, hidden_size, out_channels;
};

struct ConvNet {
  int channels;
  std::vector<int> dilations;
  bool batchnorm;
  Activation activation;
  int groups, in_channels, out_channels;
};

struct Linear {
  int receptive_field;
  bool bias;
  int in_channels, out_channels;

  // With as many outputs as inputs, all channels share one response, each filtered by itself (format 15.2).
  bool shares_response() const noexcept { return in_channels == out_channels; }
};

struct Submodel {
  double max_value;
  ModelPointer model;
};

struct Container {
  std::vector<Submodel> submodels;
};

struct Sequential {
  std::vector<ModelPointer> models;
};

using Config = std::variant<WaveNet, Lstm, ConvNet, Linear, Container, Sequential>;

struct NamModel {
  std::string version, architecture;
  Config config;
  std::vector<float> weights;
  std::optional<double> sample_rate;
  Metadata metadata;
  std::string location;
};

int in_channels(const Config& config);
int out_channels(const Config& config);
inline int in_channels(const ModelPointer& model) { return in_channels(model->config); }
inline int out_channels(const ModelPointer& model) { return out_channels(model->config); }

}  // namespace nam_core::detail::nam_file
