// What an engine runs for each block and how much memory it takes, as data. A plan is made from a
// configuration before anything is allocated, and models are built from it. Every rule about what is folded,
// fused, left out or cut into panels is in the plan_* functions of layers/ and architectures/, and nowhere
// else; the cost model, `info`, memory_bytes and the tests read what they decided.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/reach.hpp"
#include "kernels/kernel_table.hpp"

namespace nam_core::detail::base {

// What a plan depends on besides the configuration: the numbers of KernelTable with these names, and whether
// it has a kernel for a whole layer. They are known for processors whose kernels are not compiled in, too.
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
  history,      // copying the past to the front of its rows, from time to time
  copy,         // rows copied by the engine itself
  transform,    // of a long response: between time and frequency
  spectra,      // of a long response: products of spectra
};

// As profiles and `nam_core.cost` call them.
const char* name_of(kernels::Part part) noexcept;
const char* name_of(StepKind kind) noexcept;

// A part of the work on one block. Rows and terms are per frame.
struct Step {
  const char* name;    // "conv", "activation", "layer1x1_post_film", ...
  kernels::Part part;  // the part of a profile that a kernel call of this step belongs to
  StepKind kind;
  int array = -1, layer = -1;  // of a WaveNet: where it stands; -1: in none
  int depth = 0;               // 1 in the condition_dsp of a model, 2 in that one's, ...
  int stage = 0;               // in a Sequential: the number of the model, from 1
  // Whether the kernel call of the step before does this one as well.
  bool joined = false;

  int in_rows = 0, out_rows = 0;
  int taps = 1, dilation = 1, groups = 1;
  int mixin_rows = 0, mixin_groups = 1;  // condition rows that a convolution adds by a 1x1
  std::vector<int> panels = {};          // of a convolution: the rows of each
  std::int64_t terms = 0;                // multiply-adds of each output row
  std::optional<ActivationKind> activation = {};

  double values_read = 0, values_written = 0;  // of signals, per frame, on average
  std::int64_t weights = 0;                    // values read, once per block, by an LSTM per frame
  Bytes bytes = {};

  std::int64_t macs() const noexcept { return times(out_rows, terms); }  // multiply-adds per frame
  // Whether a kernel is called for it in every block.
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
  Bytes bytes;                     // all that building the model allocates and keeps: steps, scratch, objects
  std::int64_t scratch_bytes = 0;  // of the state: what belongs to no step, the objects included

  void add(Step step) {
    bytes += step.bytes;
    steps.push_back(std::move(step));
  }
  // Rows that the engine copies itself.
  void add_copy(const char* name, int rows, int array = -1, int layer = -1) {
    Step copy{.name = name, .part = kernels::Part::history, .kind = StepKind::copy};
    copy.array = array;
    copy.layer = layer;
    copy.in_rows = copy.out_rows = rows;
    copy.values_read = copy.values_written = rows;
    add(std::move(copy));
  }
  // Weights that the model holds although no signal meets them.
  void add_unused(const Bytes& weights) { bytes += weights; }
  // Scratch, and the objects that hold all this.
  void add_scratch(std::int64_t state) {
    bytes += {0, state};
    scratch_bytes = add_bytes(scratch_bytes, state);
  }
  // Multiply-adds per frame that are executed.
  std::int64_t macs() const noexcept {
    std::int64_t sum = 0;
    for (const Step& step : steps) sum += step.macs();
    return sum;
  }
};

}  // namespace nam_core::detail::base
