// Some of a long response's taps, convolved in the frequency domain with what came at least as long before.
#pragma once

#include <memory>
#include <vector>

#include "layers/long_response/tier_sizes.hpp"
#include "layers/long_response/transform.hpp"
#include "layers/rows.hpp"

namespace nam_core::detail::layers {

struct ConvWeights;

// What all copies of a tier share: its transform, and the spectra of its partitions. Immutable.
template <class T>
class TierResponse {
 public:
  // Of `conv`'s taps, the last of which is the newest. Allocates.
  TierResponse(const TierSize& size, const ConvWeights& conv);

  const TierSize& size() const noexcept { return size_; }
  const Transform<T>& transform() const noexcept { return transform_; }
  int inputs() const noexcept { return inputs_; }
  int outputs() const noexcept { return outputs_; }
  // Inputs that one output reads, and which is the first of them.
  int inputs_of_output() const noexcept { return inputs_of_output_; }
  int first_input(int output) const noexcept {
    return output / (outputs_ / (inputs_ / inputs_of_output_)) * inputs_of_output_;
  }
  // Values of one spectrum per partition, for one input.
  std::ptrdiff_t input_step() const noexcept { return 2 * std::ptrdiff_t{size_.block} * size_.partitions; }
  const T* spectra(int output) const noexcept { return spectra_.data() + output * output_step_; }

 private:
  TierResponse(const TierSize& size, const ConvWeights& conv, const TwiddleTable& twiddles);

  TierSize size_;
  Transform<T> transform_;
  int inputs_, outputs_, inputs_of_output_;
  std::ptrdiff_t output_step_;  // 0: all outputs have the same response
  base::AlignedBuffer<T> spectra_;
};

// The stream's side. Blocks of input follow the position in the stream, so that a transform's bits never
// depend on how a caller cuts it; each but the smallest tier works on one while the next one comes in.
template <class T>
class Tier {
 public:
  // Allocates.
  explicit Tier(std::shared_ptr<const TierResponse<T>> response);

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

  std::shared_ptr<const TierResponse<T>> response_;
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
