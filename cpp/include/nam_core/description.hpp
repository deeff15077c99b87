// A model as constants, which can stay in read-only memory: what `nam-core export-c` writes and what
// nam_core::Model is made from.
//
// Structs and fields are the engine's own configurations, with lists as spans; the command fills in every
// field, so there is nothing here to write by hand.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <variant>

namespace nam_core {

enum class ActivationKind {
  tanh,
  relu,
  leaky_relu,
  prelu,
  sigmoid,
  silu,
  hardswish,
  leaky_hardtanh,
  softsign,
  softsigmoid,
  fasttanh,
};
enum class GatingMode { none, gated, blended };
enum class Residual { layer1x1, activation, none };

struct ActivationConfig {
  ActivationKind kind;
  std::span<const double> parameters;  // four for all channels, or four for each
};

struct FilmConfig {
  bool shift;
  int groups;
};

struct LayerConfig {
  int kernel_size, dilation;
  GatingMode gating_mode;
  ActivationConfig activation, secondary_activation;
  Residual residual;
  std::array<std::optional<FilmConfig>, 8> films;
};

struct LayerArrayConfig {
  int input_size, condition_size, channels, bottleneck;
  int groups_input, groups_input_mixin, layer1x1_groups;
  int head1x1_channels, head1x1_groups;  // channels 0: no head1x1
  std::span<const LayerConfig> layers;
  int head_channels, head_kernel_size, head_dilation;
  bool head_bias;
};

struct PostStackHeadConfig {
  int channels, out_channels;
  std::span<const int> kernel_sizes;
  ActivationConfig activation;
};

struct WaveNetConfig {
  int in_channels;
  std::span<const LayerArrayConfig> layers;
  std::optional<PostStackHeadConfig> head;
  double head_scale;
};

struct LstmConfig {
  int num_layers, input_size, hidden_size, out_channels;
  bool fast_tanh;
  int prewarm_frames;
};

struct ConvNetConfig {
  int in_channels, out_channels, channels, groups;
  std::span<const int> dilations;
  bool batchnorm;
  ActivationConfig activation;
};

struct LinearConfig {
  int in_channels, out_channels, receptive_field;
  bool bias;
};

struct ModelDescription {
  double sample_rate;  // Hz; 0: the file does not say
  std::variant<WaveNetConfig, LstmConfig, ConvNetConfig, LinearConfig> config;
  std::span<const float> weights;
  const ModelDescription* condition_dsp;  // of a WaveNet; null: none
};

}  // namespace nam_core
