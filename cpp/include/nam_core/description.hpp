// A model as plain data: what nam_core::Model is built from, and what `nam-core export-c` writes as
// constants, which can stay in read-only memory. The engine reads it while a model is built, and keeps none
// of it.
//
// Sections of docs/file-format.md say what the fields mean. `export-c` fills in every field, so there is
// nothing here to write by hand.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <variant>

#include "nam_core/activation_kind.hpp"

namespace nam_core {

// One activation function.
struct ActivationConfig {
  ActivationKind kind = ActivationKind::Tanh;
  // One set of parameters for all channels, or one set per channel, one after the other. NAM_CORE_ACTIVATIONS
  // states how many a set has.
  std::span<const double> parameters;
};

// How a layer combines its two activations: f(z1), f(z1) g(z2), or g(z2) f(z1) + (1 - g(z2)) z1.
enum class GatingMode { none, gated, blended };

// What is added to the residual stream after a layer.
enum class Residual {
  layer1x1,    // layer1x1(p), with p the output of the activation
  activation,  // p itself: layer1x1 is inactive
  none,        // nothing: layer1x1 is inactive, and the model was loaded with compat="core"
};

// A FiLM: in * scale (+ shift). A 1x1 convolution of the condition gives scale and shift.
struct FilmConfig {
  bool shift = true;
  int groups = 1;
};

// Where a layer can have a FiLM, in the order of their weights.
enum class FilmPlace {
  conv_pre_film,
  conv_post_film,
  input_mixin_pre_film,
  input_mixin_post_film,
  activation_pre_film,
  activation_post_film,
  layer1x1_post_film,
  head1x1_post_film,
};
inline constexpr std::size_t kFilmPlaces = 8;

// The settings that may differ from layer to layer of one array.
struct LayerConfig {
  int kernel_size = 1;
  int dilation = 1;
  GatingMode gating_mode = GatingMode::none;
  ActivationConfig activation;
  ActivationConfig secondary_activation;  // not used with GatingMode::none
  Residual residual = Residual::layer1x1;
  std::array<std::optional<FilmConfig>, kFilmPlaces> films;  // by FilmPlace
};

// A stack of dilated layers with one head rechannel.
struct LayerArrayConfig {
  int input_size = 1;
  int condition_size = 1;
  int channels = 1;
  int bottleneck = 1;
  int groups_input = 1;
  int groups_input_mixin = 1;
  int layer1x1_groups = 1;
  int head1x1_channels = 0;  // 0: no head1x1
  int head1x1_groups = 1;
  std::span<const LayerConfig> layers;
  int head_channels = 1;  // output channels of the head rechannel
  int head_kernel_size = 1;
  int head_dilation = 1;
  bool head_bias = false;
};

// The network after the arrays: blocks of activation and convolution.
struct PostStackHeadConfig {
  int channels = 1;
  int out_channels = 1;
  std::span<const int> kernel_sizes;
  ActivationConfig activation;
};

struct WaveNetConfig {
  int in_channels = 1;
  std::span<const LayerArrayConfig> layers;
  std::optional<PostStackHeadConfig> head;
  double head_scale = 1.0;  // what the output is multiplied by; the last weight is not used
};

struct LstmConfig {
  int num_layers = 1;
  int input_size = 1;
  int hidden_size = 1;
  int out_channels = 1;
  bool fast_tanh = false;  // the NAM plugin's approximation in all gates
  int prewarm_frames = 0;  // frames of silence between the stored state and the start state
};

struct ConvNetConfig {
  int in_channels = 1;
  int out_channels = 1;
  int channels = 1;
  int groups = 1;
  std::span<const int> dilations;
  bool batchnorm = false;
  ActivationConfig activation;
};

struct LinearConfig {
  int in_channels = 1;
  int out_channels = 1;
  int receptive_field = 1;
  bool bias = false;
};

struct ModelDescription;

// A chain of models.
struct SequentialConfig {
  std::span<const ModelDescription* const> models;
  // Frames of silence between the models' own start and that of the chain. Below 0 means the trainer's rule:
  // each model is settled on the output of the model before it for silence.
  int prewarm_frames = -1;
};

using ModelConfig = std::variant<WaveNetConfig, LstmConfig, ConvNetConfig, LinearConfig, SequentialConfig>;

struct ModelDescription {
  double sample_rate = 0.0;  // Hz; 0: not stated in the file
  ModelConfig config;
  std::span<const float> weights;                   // in the file's order
  const ModelDescription* condition_dsp = nullptr;  // of a WaveNet; null: none
};

}  // namespace nam_core
