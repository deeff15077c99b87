// A convolution of any length without latency: the newest taps are summed directly, the others are applied in
// the frequency domain (Gardner, "Efficient convolution without input-output delay", JAES 43(3), 1995).
#pragma once

#include "layers/dilated_conv.hpp"
#include "layers/long_response/tier.hpp"

namespace nam_core::detail::layers {

struct PartitionedPlan {
  ConvPlan head;  // the newest taps
  ResponseSizes sizes;
  std::vector<TierPlan> tiers;
};

// `shape` counts all taps. `shares_response`: all output rows have the same response. Allocates.
PartitionedPlan plan_partitioned(const ConvShape& shape, bool shares_response, base::VectorUnit unit);

template <class T>
class PartitionedConvolution {
 public:
  // Adds its steps to the plan, and its bytes, without this object.
  static void add_steps(const PartitionedPlan& plan, base::Plan& to);

  // `conv` has all taps. Allocates.
  PartitionedConvolution(const PartitionedPlan& plan, const ConvWeights& conv);

  int out_channels() const noexcept { return head_.out_channels(); }
  // Write the input of the next block here before process(). Valid until then.
  Rows<T> input() noexcept { return head_.input(); }

  // Convolves the block that was written at input(). Real time.
  void process(const Block<T>& block, Rows<T> out) noexcept {
    const ConstRows<T> in = as_const(head_.input());
    head_.process(block, out);
    for (Tier<T>& tier : tiers_) tier.process(block, in, out);
  }

 private:
  DilatedConv<T> head_;
  std::vector<Tier<T>> tiers_;
};

}  // namespace nam_core::detail::layers
