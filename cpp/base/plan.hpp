// The plan of an engine, as data: what it runs for each block, and how much memory it needs. A plan is made
// from a configuration before anything is allocated, and models are built from it. Every rule about folding,
// fusing, leaving out and panels is in the plan_* functions of layers/ and architectures/, and nowhere else.
// The cost model, `info`, memory_bytes and the tests read the plan.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/reach.hpp"
#include "kernels/kernel_table.hpp"

namespace nam_core::detail::base {

// The properties of a kernel set that a plan depends on: the numbers of KernelTable with these names, and
// whether it has a kernel for a whole layer. They are known also for processors whose kernels are not
// compiled in.
struct VectorUnit {
  int lanes;
  int max_panel_rows;
  bool fuses_layers;
};

template <class T>
VectorUnit unit_of(const kernels::KernelTable<T>& kernels) {
  return {kernels.lanes, kernels.max_panel_rows, kernels.layer != nullptr};
}

enum class StepKind {
  conv,         // a convolution
  film,         // FiLM: scale and shift from the condition, and their application
  activation,   // a function on rows, and perhaps the addition to the head sum
  elementwise,  // one pass over rows
  lstm,         // one LSTM layer, frame by frame
  history,      // copying the past to the front of its buffer, from time to time
  copy,         // rows copied by the engine itself
  transform,    // of a long response: transform to frequency or back
  spectra,      // of a long response: products of spectra
};

// The names in profiles and in `nam_core.cost`.
const char* name_of(kernels::Part part) noexcept;
const char* name_of(StepKind kind) noexcept;

// A part of the work on one block. Numbers of rows and terms are per frame.
struct Step {
  const char* name;    // "conv", "activation", "layer1x1_post_film", ...
  kernels::Part part;  // the part of a profile that a kernel call of this step belongs to
  StepKind kind;
  int array = -1, layer = -1;  // position in a WaveNet; -1: none
  int depth = 0;               // 1 in the condition_dsp of a model, 2 in the condition_dsp of that one, ...
  int stage = 0;               // in a Sequential: the number of the model, from 1
  // Whether the kernel call of the previous step also does this step.
  bool joined = false;

  int in_rows = 0, out_rows = 0;
  int taps = 1, dilation = 1, groups = 1;
  int mixin_rows = 0, mixin_groups = 1;  // condition rows that a convolution adds through a 1x1
  std::vector<int> panels = {};          // of a convolution: the rows of each panel
  std::int64_t terms = 0;                // multiply-adds of each output row
  std::optional<ActivationKind> activation = {};

  double values_read = 0, values_written = 0;  // of signals, per frame, on average
  std::int64_t weights = 0;                    // values read, once per block; by an LSTM once per frame
  Bytes bytes = {};

  std::int64_t macs() const noexcept { return times(out_rows, terms); }  // multiply-adds per frame
  // Whether every block calls a kernel for this step.
  bool calls_kernel() const noexcept {
    switch (kind) {
      case StepKind::history:
      case StepKind::copy:
      case StepKind::transform:
      case StepKind::spectra:
        return false;
      default:
        return !joined;
    }
  }
};

struct Plan {
  int in_channels = 0, out_channels = 0;
  std::vector<Step> steps;
  Bytes bytes;                     // everything that the built model keeps: steps, scratch, objects
  std::int64_t scratch_bytes = 0;  // part of the state: bytes that belong to no step, objects included

  void add(Step step) {
    bytes += step.bytes;
    steps.push_back(std::move(step));
  }
  // Adds the copying of rows by the engine itself.
  void add_copy(const char* name, int rows, int array = -1, int layer = -1) {
    Step copy{.name = name, .part = kernels::Part::history, .kind = StepKind::copy};
    copy.array = array;
    copy.layer = layer;
    copy.in_rows = copy.out_rows = rows;
    copy.values_read = copy.values_written = rows;
    add(std::move(copy));
  }
  // Adds weights that the model stores although no signal uses them.
  void add_unused(const Bytes& weights) { bytes += weights; }
  // Adds scratch memory, and the objects that own it.
  void add_scratch(std::int64_t state) {
    bytes += {0, state};
    scratch_bytes = add_bytes(scratch_bytes, state);
  }
  // Executed multiply-adds per frame.
  std::int64_t macs() const noexcept {
    std::int64_t sum = 0;
    for (const Step& step : steps) sum += step.macs();
    return sum;
  }
};

}  // namespace nam_core::detail::base
