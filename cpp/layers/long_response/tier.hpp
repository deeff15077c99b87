// Some of a long response's taps, convolved in the frequency domain with what came at least as long before.
#pragma once

#include <vector>

#include "base/plan.hpp"
#include "layers/long_response/tier_sizes.hpp"
#include "layers/long_response/transform.hpp"
#include "layers/rows.hpp"

namespace nam_core::detail::layers {

struct ConvWeights;

struct TierPlan {
  TierSize size;
  int inputs, outputs;
  int inputs_of_output;  // that one output reads
  bool shares_response;  // whether all outputs have the same one

  // Values of one spectrum per partition, for one input.
  std::ptrdiff_t input_step() const noexcept { return 2 * std::ptrdiff_t{size.block} * size.partitions; }
  // Values of an output's spectra: 0 from one to the next where all have the same.
  std::ptrdiff_t output_step() const noexcept {
    return shares_response ? 0 : inputs_of_output * input_step();
  }
  std::int64_t spectrum_values() const noexcept {
    return base::times(inputs_of_output * input_step(), shares_response ? 1 : outputs);
  }
  // Which of the inputs is the first that an output reads.
  int first_input(int output) const noexcept {
    return output / (outputs / (inputs / inputs_of_output)) * inputs_of_output;
  }
};

// What all copies of a tier share: its transform, and the spectra of its partitions. Immutable.
template <class T>
class TierResponse {
 public:
  // What it allocates.
  static std::int64_t bytes(const TierPlan& plan);

  // Of `conv`'s taps, the last of which is the newest. Allocates.
  TierResponse(const TierPlan& plan, const ConvWeights& conv);

  const TierPlan& plan() const noexcept { return plan_; }
  const TierSize& size() const noexcept { return plan_.size; }
  const Transform<T>& transform() const noexcept { return transform_; }
  int inputs() const noexcept { return plan_.inputs; }
  int outputs() const noexcept { return plan_.outputs; }
  const T* spectra(int output) const noexcept { return spectra_.data() + output * plan_.output_step(); }

 private:
  TierResponse(const TierPlan& plan, const ConvWeights& conv, const TwiddleTable& twiddles);

  TierPlan plan_;
  Transform<T> transform_;
  base::SharedBuffer<T> spectra_;
};

// The stream's side. Blocks of input follow the position in the stream, so that a transform's bits never
// depend on how a caller cuts it; each but the smallest tier works on one while the next one comes in.
template <class T>
class Tier {
 public:
  // What it allocates: the response, and its own.
  static base::Bytes bytes(const TierPlan& plan);

  // Allocates.
  explicit Tier(const TierResponse<T>& response);

  // Adds its part to `out`. Real time.
  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept;

 private:
  // A part of the work on one block: so many pieces, each of which costs so much.
  struct Step {
    enum Kind { forward, product, backward } kind;
    int channel;
    int step;  // of a transform
    int pieces;
    std::int64_t cost;
  };
  // Whose spectra and output are being made.
  enum class Input { stream, rest };

  void add_step(const Step& step);
  // All input so far was frame 0 of `in`.
  void settle(const kernels::KernelTable<T>& kernels, ConstRows<T> in) noexcept;
  // The incoming block is complete: what was next is heard, and the work on this block begins.
  void complete_block(const kernels::KernelTable<T>& kernels) noexcept;
  void begin_work() noexcept;
  // Does what is due when `frames` of the incoming block are there.
  void work_until(const kernels::KernelTable<T>& kernels, int frames) noexcept;
  void work(const kernels::KernelTable<T>& kernels, const Step& step, int first, int last,
            Input input) noexcept;

  // Of an input: age 0 is the incoming block, 1 the newest complete one, 2 the one before.
  T* input_block(int age, int input) noexcept;
  T* output_block(int which, int output) noexcept;

  TierResponse<T> response_;
  std::vector<Step> steps_;
  std::int64_t total_cost_ = 0;

  base::AlignedBuffer<T> inputs_;   // three blocks of each input: incoming, newest complete, the one before
  base::AlignedBuffer<T> windows_;  // [input][bins][slot][re, im][kBins]
  base::AlignedBuffer<T> rest_windows_;  // the same for one slot: what was before any sound
  base::AlignedBuffer<T> outputs_;  // blocks of each output: played and next, and what was before any sound
  TransformScratch<T> scratch_;
  base::PlanarBuffer<T> due_;
  std::vector<T> rest_;  // the inputs before any sound
  bool rested_ = false;  // whether rest_windows_ and the last of outputs_ are those of rest_

  int incoming_ = 0;      // which of the input blocks
  int played_ = 0;        // which of the output blocks
  int filled_ = 0;        // frames of the incoming block
  int newest_ = 0;        // the slot of the newest window
  int heard_ = 0;         // slots that hold a window
  std::size_t step_ = 0;  // where the work on the newest complete block is
  int piece_ = 0;
  std::int64_t done_ = 0;  // what it has cost so far
};

}  // namespace nam_core::detail::layers
