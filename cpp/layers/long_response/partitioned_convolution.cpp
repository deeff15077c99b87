#include "layers/long_response/partitioned_convolution.hpp"

#include "layers/conv_weights.hpp"
#include "layers/steps.hpp"

namespace nam_core::detail::layers {

namespace {

// The newest `taps` taps of each response.
ConvWeights newest(const ConvWeights& conv, int taps) {
  const int inputs = conv.in_channels / conv.groups;
  ConvWeights head{conv.in_channels, taps, conv.groups, {}, conv.bias};
  head.weight.resize(conv.weight.rows(), std::ptrdiff_t{inputs} * taps);
  for (int i = 0; i < inputs; ++i)
    head.weight.middleCols(std::ptrdiff_t{i} * taps, taps) =
        conv.weight.middleCols(std::ptrdiff_t{i + 1} * conv.kernel_size - taps, taps);
  return head;
}

}  // namespace

PartitionedPlan plan_partitioned(const ConvShape& shape, bool shares_response, base::VectorUnit unit) {
  const ConvPlan whole = plan_conv(shape, unit);  // checked because its limits apply to all taps
  PartitionedPlan plan{whole, response_sizes(shape.kernel_size), {}};
  ConvShape newest = shape;
  newest.kernel_size = plan.sizes.direct_taps;
  plan.head = plan_conv(newest, unit);
  for (const TierSize& size : plan.sizes.tiers)
    plan.tiers.push_back({size, shape.in_channels, shape.out_channels, whole.in_rows(), shares_response});
  return plan;
}

template <class T>
void PartitionedConvolution<T>::add_steps(const PartitionedPlan& plan, base::Plan& to) {
  add_conv<T>(to, "conv", Part::conv, plan.head, {.remembers = true});
  for (const TierPlan& tier : plan.tiers) {
    // Per frame one complex value: each pass, and the transposition, reads and writes all of them.
    base::Step transform{.name = "transform", .part = Part::transform, .kind = base::StepKind::transform};
    transform.in_rows = tier.inputs;
    transform.out_rows = tier.inputs + tier.outputs;
    transform.terms = 3 * tier.size.passes;  // of four values, three are multiplied by a complex factor
    transform.values_read = transform.values_written =
        2.0 * (tier.size.passes + 1) * (tier.inputs + tier.outputs);
    transform.bytes = Tier<T>::bytes(tier);
    to.add(std::move(transform));

    base::Step spectra{.name = "spectra", .part = Part::spectra, .kind = base::StepKind::spectra};
    spectra.in_rows = tier.inputs;
    spectra.out_rows = tier.outputs;
    spectra.terms = std::int64_t{4} * tier.inputs_of_output * tier.size.partitions;  // complex multiply-adds
    spectra.values_read = static_cast<double>(spectra.terms) * tier.outputs;
    spectra.values_written = 2.0 * tier.outputs;
    to.add(std::move(spectra));
    add_pass(to, "tier_sum", Part::sums, tier.outputs, 2);
  }
  to.add_scratch(base::times(sizeof(Tier<T>), static_cast<std::int64_t>(plan.tiers.size())));
}

template <class T>
PartitionedConvolution<T>::PartitionedConvolution(const PartitionedPlan& plan, const ConvWeights& conv)
    : head_(Part::conv, plan.head, newest(conv, plan.head.kernel_size)) {
  tiers_.reserve(plan.tiers.size());
  for (const TierPlan& tier : plan.tiers) tiers_.emplace_back(TierResponse<T>(tier, conv));
}

template class PartitionedConvolution<float>;
template class PartitionedConvolution<double>;

}  // namespace nam_core::detail::layers
