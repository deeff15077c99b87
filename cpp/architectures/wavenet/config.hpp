// A WaveNet's shape (format 2), validated by Python. Every layer carries its own FiLMs and residual, so
// that differences between engines are differences of configuration.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "layers/config.hpp"

namespace nam_core::detail::wavenet {

using layers::ActivationConfig;
using layers::FilmConfig;
using layers::GatingMode;

// Where a layer can have a FiLM, in the order of their weights (format 2.4).
enum class FilmPlace {
  conv_pre,
  conv_post,
  input_mixin_pre,
  input_mixin_post,
  activation_pre,
  activation_post,
  layer1x1_post,
  head1x1_post,
};
inline constexpr int kFilmPlaces = 8;

// What is added to the residual stream after a layer.
enum class Residual {
  layer1x1,    // the bottleneck through the 1x1 convolution
  activation,  // the bottleneck itself (layer1x1 inactive)
  none,        // nothing (layer1x1 inactive in the C++ core, format D2)
};

struct LayerConfig {
  int kernel_size = 1;
  int dilation = 1;
  GatingMode gating_mode = GatingMode::none;
  ActivationConfig activation;
  ActivationConfig secondary_activation;
  Residual residual = Residual::layer1x1;
  std::array<std::optional<FilmConfig>, kFilmPlaces> films;
};

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
  std::vector<LayerConfig> layers;
  int head_channels = 1;  // output channels of the head rechannel
  int head_kernel_size = 1;
  int head_dilation = 1;
  bool head_bias = false;

  // Whether the first layer's convolution reads the array's own input, with the rechannel folded into its
  // weights: where it has fewer terms so. A FiLM in between prevents it.
  bool folds_rechannel() const noexcept {
    return input_size < channels / groups_input && !layers.empty() &&
           !layers.front().films[static_cast<std::size_t>(FilmPlace::conv_pre)];
  }

  // Rows of the head sum.
  int head_sum_channels() const noexcept { return head1x1_channels > 0 ? head1x1_channels : bottleneck; }
};

struct PostStackHeadConfig {
  int channels = 1;
  int out_channels = 1;
  std::vector<int> kernel_sizes;
  ActivationConfig activation;
};

struct WaveNetConfig {
  int in_channels = 1;
  std::vector<LayerArrayConfig> layers;
  std::optional<PostStackHeadConfig> head;
  double head_scale = 1.0;  // what the output is multiplied by; the last weight is not used (format 5.3)
};

}  // namespace nam_core::detail::wavenet
