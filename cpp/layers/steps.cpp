#include "layers/steps.hpp"

#include "layers/conv1x1.hpp"
#include "layers/dilated_conv.hpp"

namespace nam_core::detail::layers {

using base::Step;
using base::StepKind;

namespace {

Step step(const char* name, Part profile_part, StepKind kind, int in_rows, int out_rows, Place place) {
  Step made{.name = name, .part = profile_part, .kind = kind};
  made.array = place.array;
  made.layer = place.layer;
  made.in_rows = in_rows;
  made.out_rows = out_rows;
  return made;
}

}  // namespace

template <class T>
void add_conv(base::Plan& to, const char* name, Part part, const ConvPlan& conv, const ConvSignals& signals,
              Place place) {
  if (conv.lookback > 0) {
    Step copies = step(name, Part::history, StepKind::history, conv.in_channels, conv.in_channels, place);
    copies.values_read = copies.values_written = conv.in_channels * History<T>::copied_share(conv.lookback);
    to.add(std::move(copies));
  }
  Step made = step(name, part, StepKind::conv, conv.in_channels, conv.out_channels, place);
  made.joined = signals.joined;
  made.taps = conv.kernel_size;
  made.dilation = conv.dilation;
  made.groups = conv.groups;
  made.mixin_rows = conv.mixin_channels;
  made.mixin_groups = conv.mixin_groups;
  for (const PanelRows& panel : conv.panels) made.panels.push_back(panel.rows);
  made.terms = conv.terms();
  const double inputs = static_cast<double>(conv.in_channels) * conv.kernel_size + conv.mixin_channels;
  made.values_read = (signals.reads_registers ? 0 : inputs) + (signals.adds_residual ? conv.out_channels : 0);
  made.values_written = signals.stores_output ? conv.out_channels : 0;
  made.weights = conv.out_channels * (conv.terms() + 1);
  made.bytes = signals.remembers ? DilatedConv<T>::bytes(conv) : Conv1x1<T>::bytes(conv);
  to.add(std::move(made));
}

template <class T>
void add_film(base::Plan& to, const char* name, const FilmShape& film, Place place) {
  Step made = step(name, Part::film, StepKind::film, film.width, film.width, place);
  made.mixin_rows = film.condition_size;
  made.mixin_groups = film.config.groups;
  made.terms = film.terms();
  made.values_read = film.width * static_cast<double>(1 + film.terms());
  made.values_written = film.width;
  made.weights = film.weights();
  made.bytes = Film<T>::bytes(film);
  to.add(std::move(made));
}

Step activation_step(const char* name, ActivationKind kind, int rows, const base::Bytes& bytes, Place place) {
  Step made = step(name, Part::activation, StepKind::activation, rows, rows, place);
  made.activation = kind;
  made.values_read = made.values_written = rows;
  made.bytes = bytes;
  return made;
}

void add_pass(base::Plan& to, const char* name, Part part, int rows, int signals, Place place) {
  Step made = step(name, part, StepKind::elementwise, rows, rows, place);
  made.values_read = signals * rows;
  made.values_written = rows;
  to.add(std::move(made));
}

template void add_conv<float>(base::Plan&, const char*, Part, const ConvPlan&, const ConvSignals&, Place);
template void add_conv<double>(base::Plan&, const char*, Part, const ConvPlan&, const ConvSignals&, Place);
template void add_film<float>(base::Plan&, const char*, const FilmShape&, Place);
template void add_film<double>(base::Plan&, const char*, const FilmShape&, Place);

}  // namespace nam_core::detail::layers
