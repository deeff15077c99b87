#include "base/plan.hpp"

#include <array>

namespace nam_core::detail::base {

namespace {

// In the order of kernels::Part.
constexpr std::array<const char*, kernels::kParts> kParts = {
    "rechannel", "conv",    "input_mixin", "activation",     "gating",     "film",
    "layer1x1",  "head1x1", "sums",        "head_rechannel", "head_scale", "post_stack_head",
    "head",      "lstm",    "history",     "transform",      "spectra"};
// In the order of StepKind.
constexpr std::array kKinds = {"conv",    "film", "activation", "elementwise", "lstm",
                               "history", "copy", "transform",  "spectra"};

}  // namespace

const char* name_of(kernels::Part part) noexcept { return kParts[static_cast<std::size_t>(part)]; }
const char* name_of(StepKind kind) noexcept { return kKinds[static_cast<std::size_t>(kind)]; }

}  // namespace nam_core::detail::base
