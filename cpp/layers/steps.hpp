// Steps of a plan that more than one architecture has.
#pragma once

#include "base/plan.hpp"
#include "layers/conv_plan.hpp"
#include "layers/film.hpp"

namespace nam_core::detail::layers {

// Where a step stands in a WaveNet; -1: in no layer, or no array.
struct Place {
  int array = -1, layer = -1;
};

// What a convolution does besides: how it reads and writes its signals.
struct ConvSignals {
  bool remembers = false;        // DilatedConv: its input is a history; otherwise Conv1x1
  bool adds_residual = false;    // to its output
  bool reads_registers = false;  // the kernel call has its input in registers
  bool stores_output = true;     // false: the same call uses it up
  bool joined = false;           // see base::Step
};

// The copying of the history, where there is one, and the convolution.
template <class T>
void add_conv(base::Plan& to, const char* name, kernels::Part part, const ConvPlan& conv,
              const ConvSignals& signals = {}, Place place = {});

template <class T>
void add_film(base::Plan& to, const char* name, const FilmShape& film, Place place);

// A function on rows by a kernel of its own. `bytes` are those of its parameters.
base::Step activation_step(const char* name, ActivationKind kind, int rows, const base::Bytes& bytes,
                           Place place = {});

// One pass over rows, of so many signals.
void add_pass(base::Plan& to, const char* name, kernels::Part part, int rows, int signals, Place place = {});

}  // namespace nam_core::detail::layers
