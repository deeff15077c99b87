// The steps of a WaveNet's plan, in the order in which WaveNet::process, LayerArray::process and
// Layer::process make them.
#include "layers/steps.hpp"

#include "architectures/wavenet/wavenet.hpp"

namespace nam_core::detail::wavenet {

namespace {

using base::Plan;
using kernels::Part;
using layers::activation_step;
using layers::add_conv;
using layers::add_film;
using layers::add_pass;
using layers::Place;

// In the order of FilmPlace.
constexpr std::array<const char*, kFilmPlaces> kFilmNames = {
    "conv_pre_film",       "conv_post_film",       "input_mixin_pre_film", "input_mixin_post_film",
    "activation_pre_film", "activation_post_film", "layer1x1_post_film",   "head1x1_post_film"};

template <class T>
struct LayerSteps {
  Plan& to;
  const LayerPlan& layer;
  const Place place{layer.array, layer.index};

  bool has(FilmPlace where) const { return layer.film(where); }
  void film(FilmPlace where) const {
    if (const FilmShape* shape = layer.film(where))
      add_film<T>(to, kFilmNames[static_cast<std::size_t>(where)], *shape, place);
  }
  // Weights that the model stores, but that no signal uses.
  void unused(const base::Bytes& bytes) const { to.add_unused(bytes); }

  void all() const {
    if (layer.folds_rechannel) to.add_copy("conv input", layer.conv.in_channels, layer.array, layer.index);
    if (layer.plain)
      plain();
    else
      general();
  }

  // Layer::process_plain: one kernel.
  void plain() const {
    // With one panel, the activations stay in registers for the layer1x1.
    const bool fuses = layer.passes_on && layer.fuses_layer1x1;
    const bool in_registers = fuses && layer.conv.panels.size() == 1;
    add_conv<T>(to, "conv", Part::conv, layer.conv, {.remembers = true, .stores_output = false}, place);
    base::Step activation = activate(layer.config->activation);
    activation.joined = true;
    // The step reads and writes the head sum. It also writes the activations if the next call or panel reads
    // them.
    if (layer.passes_on && !in_registers) activation.values_written *= 2;
    to.add(std::move(activation));
    residual({.adds_residual = true, .reads_registers = in_registers, .joined = fuses});
  }

  // Layer::process_general: kernel by kernel.
  void general() const {
    film(FilmPlace::conv_pre_film);
    film(FilmPlace::input_mixin_pre_film);
    add_conv<T>(to, "conv", Part::conv, layer.conv, {.remembers = true}, place);
    if (layer.input_mixin) {
      film(FilmPlace::conv_post_film);
      add_conv<T>(to, "input_mixin", Part::input_mixin, *layer.input_mixin, {}, place);
      film(FilmPlace::input_mixin_post_film);
      add_pass(to, "input_mixin add", Part::sums, layer.rows(), 2, place);
    }
    film(FilmPlace::activation_pre_film);
    gating();
    film(FilmPlace::activation_post_film);
    if (layer.head1x1) {
      add_conv<T>(to, "head1x1", Part::head1x1, *layer.head1x1, {}, place);
      film(FilmPlace::head1x1_post_film);
    }
    if (layer.is_pair() || !layer.gating_sums)
      add_pass(to, "head_sum", Part::sums, layer.head1x1 ? layer.head1x1->out_channels : layer.bottleneck, 2,
               place);
    residual({.adds_residual = !has(FilmPlace::layer1x1_post_film)});
  }

  base::Step activate(const ActivationConfig& config) const {
    return activation_step("activation", config.kind, layer.bottleneck,
                           layers::Activation<T>::bytes(layer.bottleneck), place);
  }

  void gating() const {
    base::Step activation = activate(layer.config->activation);
    if (!layer.is_pair()) {
      if (layer.gating_sums) activation.values_read = activation.values_written *= 2;
      to.add(std::move(activation));
      return;
    }
    to.add(activate(layer.config->secondary_activation));
    to.add(std::move(activation));
    const bool gated = layer.config->gating_mode == GatingMode::gated;
    add_pass(to, gated ? "gated" : "blended", Part::gating, layer.bottleneck, gated ? 2 : 3, place);
  }

  // The residual stream to the next layer.
  void residual(const layers::ConvSignals& signals) const {
    if (!layer.passes_on) {
      if (layer.layer1x1) unused(layers::Conv1x1<T>::bytes(*layer.layer1x1));
      if (const FilmShape* shape = layer.film(FilmPlace::layer1x1_post_film))
        unused(layers::Film<T>::bytes(*shape));
      return;
    }
    switch (layer.config->residual) {
      case Residual::none:
        to.add_copy("residual", layer.channels, layer.array, layer.index);
        return;
      case Residual::activation:
        add_pass(to, "residual", Part::sums, layer.channels, 2, place);
        return;
      case Residual::layer1x1:
        break;
    }
    add_conv<T>(to, "layer1x1", Part::layer1x1, *layer.layer1x1, signals, place);
    if (!has(FilmPlace::layer1x1_post_film)) return;
    film(FilmPlace::layer1x1_post_film);
    add_pass(to, "residual", Part::sums, layer.channels, 2, place);
  }
};

}  // namespace

template <class T>
void add_steps(const WaveNetPlan& plan, Plan& to) {
  for (std::size_t i = 0; i < plan.arrays.size(); ++i) {
    const LayerArrayPlan& array = plan.arrays[i];
    const Place place{static_cast<int>(i)};
    add_conv<T>(to, "rechannel", Part::rechannel, array.rechannel, {}, place);
    for (const LayerPlan& layer : array.layers) LayerSteps<T>{to, layer}.all();
    add_conv<T>(to, "head_rechannel", Part::head_rechannel, array.head_rechannel, {.remembers = true}, place);
    to.add_scratch(base::times(sizeof(Layer<T>), static_cast<std::int64_t>(array.layers.size())));
  }
  add_pass(to, "head_scale", Part::head_scale, plan.array_out(), 1);
  if (plan.head) {
    const ActivationKind kind = plan.head->config->activation.kind;
    for (const ConvPlan& conv : plan.head->convs) {
      to.add(activation_step("post_stack_head activation", kind, conv.in_channels,
                             layers::Activation<T>::bytes(conv.in_channels)));
      add_conv<T>(to, "post_stack_head", Part::post_stack_head, conv, {.remembers = true});
    }
    to.add_scratch(base::times(sizeof(typename PostStackHead<T>::Stage),
                               static_cast<std::int64_t>(plan.head->convs.size())));
    to.add_scratch(base::PlanarBuffer<T>::bytes(plan.head->config->channels));
  }
  to.add_scratch(sizeof(WaveNet<T>));
  to.add_scratch(base::times(sizeof(LayerArray<T>), static_cast<std::int64_t>(plan.arrays.size())));
  for (const int rows : {1, plan.array_out(), plan.stream_rows, plan.stream_rows, plan.config->in_channels,
                         plan.out_channels(), plan.makes_condition ? plan.condition_size : 0})
    to.add_scratch(base::PlanarBuffer<T>::bytes(rows));
  to.add_scratch(Workspace<T>::bytes(plan.workspace));
}

template void add_steps<float>(const WaveNetPlan&, Plan&);
template void add_steps<double>(const WaveNetPlan&, Plan&);

}  // namespace nam_core::detail::wavenet
