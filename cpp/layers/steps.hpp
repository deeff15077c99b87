// Steps of a plan that several architectures use.
#pragma once

#include "base/plan.hpp"
#include "layers/conv_plan.hpp"
#include "layers/film.hpp"

namespace nam_core::detail::layers {

// Position of a step in a WaveNet; -1: none.
struct Place {
  int array = -1, layer = -1;
};

// How a convolution reads and writes its signals.
struct ConvSignals {
  bool remembers = false;        // DilatedConv: its input is a history; otherwise Conv1x1
  bool adds_residual = false;    // to its output
  bool reads_registers = false;  // the same kernel call has its input in registers
  bool stores_output = true;     // false: the same kernel call consumes it
  bool joined = false;           // see base::Step
};

// Adds the copying of the history, if there is one, and the convolution.
template <class T>
void add_conv(base::Plan& to, const char* name, kernels::Part part, const ConvPlan& conv,
              const ConvSignals& signals = {}, Place place = {});

template <class T>
void add_film(base::Plan& to, const char* name, const FilmShape& film, Place place);

// An activation with a kernel call of its own. `bytes` are those of its parameters.
base::Step activation_step(const char* name, ActivationKind kind, int rows, const base::Bytes& bytes,
                           Place place = {});

// Adds one pass over `rows` rows of `signals` signals.
void add_pass(base::Plan& to, const char* name, kernels::Part part, int rows, int signals, Place place = {});

}  // namespace nam_core::detail::layers
