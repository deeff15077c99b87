// The names of the structs, fields and enumerators of nam_core/description.hpp. The reader of Python's data
// and the lists that Python sees are both made from this table.
#pragma once

#include <array>
#include <string_view>

#include "nam_core/description.hpp"

namespace nam_core::detail::bindings {

// Calls visit(name, member) for each member; `names` holds the names of the members, separated by ", ".
template <class Visit, class... Members>
void visit_fields(std::string_view names, Visit& visit, Members&... members) {
  const auto visit_next = [&](auto& member) {
    const std::size_t comma = names.find(',');
    visit(names.substr(0, comma), member);
    if (comma != names.npos) names.remove_prefix(comma + 2);
  };
  (visit_next(members), ...);
}

template <class Struct>
struct Fields;  // of a struct: its name, and visit(), which visits the members in order

// The structured binding makes the compiler count the members; tests/codebase/test_description.py compares
// the names with the header.
#define NAM_CORE_FIELDS(Struct, ...)                    \
  template <>                                           \
  struct Fields<Struct> {                               \
    static constexpr const char* name = #Struct;        \
    template <class Visit>                              \
    static void visit(Struct& value, Visit&& visitor) { \
      auto& [__VA_ARGS__] = value;                      \
      visit_fields(#__VA_ARGS__, visitor, __VA_ARGS__); \
    }                                                   \
  };

NAM_CORE_FIELDS(ActivationConfig, kind, parameters)
NAM_CORE_FIELDS(FilmConfig, shift, groups)
NAM_CORE_FIELDS(LayerConfig, kernel_size, dilation, gating_mode, activation, secondary_activation, residual,
                films)
NAM_CORE_FIELDS(LayerArrayConfig, input_size, condition_size, channels, bottleneck, groups_input,
                groups_input_mixin, layer1x1_groups, head1x1_channels, head1x1_groups, layers, head_channels,
                head_kernel_size, head_dilation, head_bias)
NAM_CORE_FIELDS(PostStackHeadConfig, channels, out_channels, kernel_sizes, activation)
NAM_CORE_FIELDS(WaveNetConfig, in_channels, layers, head, head_scale)
NAM_CORE_FIELDS(LstmConfig, num_layers, input_size, hidden_size, out_channels, fast_tanh, prewarm_frames)
NAM_CORE_FIELDS(ConvNetConfig, in_channels, out_channels, channels, groups, dilations, batchnorm, activation)
NAM_CORE_FIELDS(LinearConfig, in_channels, out_channels, receptive_field, bias)
NAM_CORE_FIELDS(SequentialConfig, models, prewarm_frames)
NAM_CORE_FIELDS(ModelDescription, sample_rate, config, weights, condition_dsp)
#undef NAM_CORE_FIELDS

template <class Enum>
struct Enumerator {
  const char* name;
  Enum value;
};

template <class Enum>
struct Enumerators;  // of an enum: its name, and all enumerators

#define NAM_CORE_ENUMERATOR(kind, parameters, slowest, ...) {#kind, ActivationKind::kind},
template <>
struct Enumerators<ActivationKind> {
  static constexpr const char* name = "ActivationKind";
  static constexpr Enumerator<ActivationKind> all[] = {NAM_CORE_ACTIVATIONS(NAM_CORE_ENUMERATOR)};
};
#undef NAM_CORE_ENUMERATOR

template <>
struct Enumerators<GatingMode> {
  using E = GatingMode;
  static constexpr const char* name = "GatingMode";
  static constexpr Enumerator<E> all[] = {{"none", E::none}, {"gated", E::gated}, {"blended", E::blended}};
};

template <>
struct Enumerators<Residual> {
  using E = Residual;
  static constexpr const char* name = "Residual";
  static constexpr Enumerator<E> all[] = {
      {"layer1x1", E::layer1x1}, {"activation", E::activation}, {"none", E::none}};
};

template <>
struct Enumerators<FilmPlace> {
  using E = FilmPlace;
  static constexpr const char* name = "FilmPlace";
  static constexpr Enumerator<E> all[] = {
      {"conv_pre_film", E::conv_pre_film},
      {"conv_post_film", E::conv_post_film},
      {"input_mixin_pre_film", E::input_mixin_pre_film},
      {"input_mixin_post_film", E::input_mixin_post_film},
      {"activation_pre_film", E::activation_pre_film},
      {"activation_post_film", E::activation_post_film},
      {"layer1x1_post_film", E::layer1x1_post_film},
      {"head1x1_post_film", E::head1x1_post_film},
  };
};

static_assert(std::size(Enumerators<FilmPlace>::all) == kFilmPlaces);

}  // namespace nam_core::detail::bindings
