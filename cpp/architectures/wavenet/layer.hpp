// One dilated layer of a layer array (format 4.1).
#pragma once

#include <optional>

#include "layers/conv1x1.hpp"
#include "layers/dilated_conv.hpp"
#include "layers/film.hpp"
#include "layers/gating.hpp"
#include "architectures/wavenet/plan.hpp"
#include "architectures/wavenet/workspace.hpp"

namespace nam_core::detail::wavenet {

using base::Block;
using base::ConstRows;
using base::Rows;
using kernels::LayerSignals;

template <class T>
class Layer {
 public:
  // Reads its weights in file order. `rechannel`: the 1x1 convolution that makes h; a plan that folds it into
  // the layer's own convolution uses it. Throws WeightError. Allocates.
  Layer(base::WeightReader& reader, const LayerArrayConfig& array, const LayerPlan& plan,
        const layers::ConvWeights& rechannel);

  // Where to write the layer's input h: into its history, or into `scratch` if the history holds another
  // signal.
  Rows<T> input(Rows<T> scratch) noexcept { return remembers_input_ ? conv_.input() : scratch; }
  // Where to write the array's input, for a layer with a folded rechannel.
  Rows<T> folded_input() noexcept { return conv_.input(); }

  // signals.residual_in: the rows that input() returned, filled by the caller. Real time.
  void process(const Block<T>& block, Workspace<T>& workspace, const LayerSignals<T>& signals) noexcept {
    if (plain_)
      process_plain(block, workspace, signals);
    else
      process_general(block, workspace, signals);
  }

 private:
  // The FiLM of a place, or null.
  const layers::Film<T>* film(FilmPlace place) const noexcept {
    const auto& film = films_[static_cast<std::size_t>(place)];
    return film ? &*film : nullptr;
  }
  // rows = FiLM(rows) where the place has one.
  void modulate(const Block<T>& block, ConstRows<T> condition, FilmPlace place, Rows<T> rows) const noexcept;
  // Inlined into the loop over the layers: a call takes 1 to 2 % of A1 nano, and 3 % of A2 lite in blocks of
  // 16 (AVX-512 on Emerald Rapids).
  [[gnu::always_inline]] inline void process_plain(const Block<T>& block, Workspace<T>& workspace,
                                                   const LayerSignals<T>& signals) noexcept {
    const bool goes_on = signals.residual_out.data;
    const auto* layer1x1 = goes_on && fuses_layer1x1_ ? &layer1x1_->weights() : nullptr;
    const Rows<T> activated = goes_on ? workspace.activated.rows() : Rows<T>{};
    const layers::Activation<T>& activation = *gating_.single();
    block.kernels.layer({&conv_.begin(block, activated, signals.condition), layer1x1, activation.kind(),
                         activation.parameters(), &signals});
    conv_.end(block);
    if (goes_on && !layer1x1) next_residual(block, workspace, signals);
  }
  void process_general(const Block<T>& block, Workspace<T>& workspace,
                       const LayerSignals<T>& signals) noexcept;
  // z of format 4.1: convolution, mixin and the FiLMs before the activation.
  void pre_activation(const Block<T>& block, Workspace<T>& workspace,
                      const LayerSignals<T>& signals) noexcept;
  void add_to_head(const Block<T>& block, Workspace<T>& workspace, const LayerSignals<T>& signals) noexcept;
  void next_residual(const Block<T>& block, Workspace<T>& workspace, const LayerSignals<T>& signals) noexcept;

  struct Parts;
  Layer(const LayerPlan& plan, Parts&& parts);

  int channels_;
  int bottleneck_;
  Residual residual_;
  bool remembers_input_;  // the convolution's history holds h
  bool plain_;
  bool fuses_layer1x1_;
  bool gating_sums_;
  layers::DilatedConv<T> conv_;
  std::optional<layers::Conv1x1<T>> input_mixin_;  // only if a FiLM prevents one sum with the convolution
  layers::Gating<T> gating_;
  std::optional<layers::Conv1x1<T>> layer1x1_;
  std::optional<layers::Conv1x1<T>> head1x1_;
  std::array<std::optional<layers::Film<T>>, kFilmPlaces> films_;
};

}  // namespace nam_core::detail::wavenet
