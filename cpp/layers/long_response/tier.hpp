// A tier convolves some of a long response's taps, in the frequency domain, with input that is at least that
// old.
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
  int inputs_of_output;  // inputs that one output reads
  bool shares_response;  // whether all outputs have the same response

  // Distance of the spectra of two inputs, in values: one spectrum for each partition.
  std::ptrdiff_t input_step() const noexcept { return 2 * std::ptrdiff_t{size.block} * size.partitions; }
  // Distance of the spectra of two outputs, in values; 0 if all outputs have the same response.
  std::ptrdiff_t output_step() const noexcept {
    return shares_response ? 0 : inputs_of_output * input_step();
  }
  std::int64_t spectrum_values() const noexcept {
    return base::times(inputs_of_output * input_step(), shares_response ? 1 : outputs);
  }
  // The index of the first input that an output reads.
  int first_input(int output) const noexcept {
    return output / (outputs / (inputs / inputs_of_output)) * inputs_of_output;
  }
};

// The part that all copies of a tier share: its transform, and the spectra of its partitions. Immutable.
template <class T>
class TierResponse {
 public:
  // Bytes that it allocates.
  static std::int64_t bytes(const TierPlan& plan);

  // Takes the tier's taps from `conv`, whose last tap is the newest. Allocates.
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

// The state of a tier in one stream. Blocks are aligned to the position in the stream, so the bits of a
// transform do not depend on how the caller cuts the stream. Every tier except the smallest works on one
// block while the next one arrives.
template <class T>
class Tier {
 public:
  // Bytes that it allocates: those of the response, and its own.
  static base::Bytes bytes(const TierPlan& plan);

  // Allocates.
  explicit Tier(const TierResponse<T>& response);

  // Adds the tier's output to `out`. Real time.
  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept;

 private:
  // A part of the work on one block: a number of pieces of equal cost.
  struct Step {
    enum Kind { forward, product, backward } kind;
    int channel;
    int step;  // of a transform
    int pieces;
    std::int64_t cost;
  };
  // The input whose spectra and output are being computed.
  enum class Input { stream, rest };

  void add_step(const Step& step);
  // Sets the state to that after an endless input of frame 0 of `in`.
  void settle(const kernels::KernelTable<T>& kernels, ConstRows<T> in) noexcept;
  // Called when the incoming block is complete: plays the next output block, and starts the work on this
  // input block.
  void complete_block(const kernels::KernelTable<T>& kernels) noexcept;
  void begin_work() noexcept;
  // Does the work that is due when `frames` frames of the incoming block have arrived.
  void work_until(const kernels::KernelTable<T>& kernels, int frames) noexcept;
  void work(const kernels::KernelTable<T>& kernels, const Step& step, int first, int last,
            Input input) noexcept;

  // A block of an input: age 0 is the incoming block, 1 the newest complete block, 2 the block before that.
  T* input_block(int age, int input) noexcept;
  T* output_block(int which, int output) noexcept;

  TierResponse<T> response_;
  std::vector<Step> steps_;
  std::int64_t total_cost_ = 0;

  base::AlignedBuffer<T> inputs_;   // three blocks of each input: incoming, newest complete, the one before
  base::AlignedBuffer<T> windows_;  // [input][bins][slot][re, im][kBins]
  base::AlignedBuffer<T> rest_windows_;  // the same for one slot: the input before any sound
  base::AlignedBuffer<T> outputs_;       // of each output: playing block, next block, block before any sound
  TransformScratch<T> scratch_;
  base::PlanarBuffer<T> due_;
  std::vector<T> rest_;  // the value of each input before any sound
  bool rested_ = false;  // whether rest_windows_ and the last block of outputs_ belong to rest_

  int incoming_ = 0;      // index of the incoming input block
  int played_ = 0;        // index of the playing output block
  int filled_ = 0;        // frames of the incoming block
  int newest_ = 0;        // the slot of the newest window
  int heard_ = 0;         // number of slots that hold a window
  std::size_t step_ = 0;  // current step of the work on the newest complete block
  int piece_ = 0;
  std::int64_t done_ = 0;  // cost of the work done so far
};

}  // namespace nam_core::detail::layers
