// What a WaveNet runs, decided from its configuration: what is folded, fused, kept apart and left out.
#pragma once

#include "layers/conv_plan.hpp"
#include "layers/film.hpp"
#include "nam_core/description.hpp"

namespace nam_core::detail::wavenet {

using layers::ConvPlan;
using layers::FilmShape;

struct LayerPlan {
  const LayerConfig* config;  // of the configuration that the plan was made from
  int channels, bottleneck, condition_size;
  int array, index;  // the position of the layer

  // Whether the convolution reads the array's own input, with the rechannel folded into its weights.
  bool folds_rechannel;
  // Whether the residual stream is what the convolution's history holds.
  bool remembers_input;
  // Whether one kernel (KernelTable::layer) does the convolution, the activation and the head sum, and the
  // layer1x1 as well.
  bool plain, fuses_layer1x1;
  // Whether anything reads the residual stream after this layer: not after the last layer of a model.
  bool passes_on;
  // Whether the gating adds its output to the head sum itself.
  bool gating_sums;

  ConvPlan conv;  // with the input mixin, where no FiLM keeps that apart
  std::optional<ConvPlan> input_mixin, layer1x1, head1x1;
  std::array<std::optional<FilmShape>, kFilmPlaces> films;

  const FilmShape* film(FilmPlace place) const noexcept {
    const auto& film = films[static_cast<std::size_t>(place)];
    return film ? &*film : nullptr;
  }
  bool is_pair() const noexcept { return config->gating_mode != GatingMode::none; }
  int rows() const noexcept { return is_pair() ? 2 * bottleneck : bottleneck; }  // before the activation
};

struct LayerArrayPlan {
  const LayerArrayConfig* config;
  bool folds_rechannel;
  bool passes_on;  // that of its last layer
  ConvPlan rechannel, head_rechannel;
  std::vector<LayerPlan> layers;
};

struct PostStackHeadPlan {
  const PostStackHeadConfig* config;
  std::vector<ConvPlan> convs;
};

// How many rows of each kind the layers need for scratch, which all of them share.
struct WorkspaceRows {
  int bottleneck = 0;  // activation outputs
  int conv = 0;        // before the activation: up to 2 * bottleneck
  int channels = 0;    // the residual stream, where no history holds it
  int condition = 0;   // a modulated condition
  int head = 0;        // a head1x1 output before its FiLM
};

struct WaveNetPlan {
  const WaveNetConfig* config;
  int condition_size;
  bool makes_condition;  // by a condition_dsp
  std::vector<LayerArrayPlan> arrays;
  std::optional<PostStackHeadPlan> head;
  WorkspaceRows workspace;
  int stream_rows;  // of the residual stream between arrays

  int array_out() const noexcept { return arrays.back().head_rechannel.out_channels; }
  int out_channels() const noexcept { return head ? head->convs.back().out_channels : array_out(); }
  // Frames that influence one output frame, without those that a condition_dsp adds.
  int receptive_field() const noexcept;
};

// `condition_channels`: the output channels of the condition_dsp; 0: there is none. The plan refers to
// `config`, which must outlive it. Allocates.
WaveNetPlan plan_wavenet(const WaveNetConfig& config, int condition_channels, base::VectorUnit unit);

}  // namespace nam_core::detail::wavenet
