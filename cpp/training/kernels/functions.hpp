// The training kernels of one kernel set, like kernels/impl/functions.hpp for the player's kernels.
#pragma once

#include "kernels/kernel_table.hpp"
#include "training/kernels/training_table.hpp"

namespace nam_core::detail::kernels::NAM_KERNEL_SET {

void combine(const CombineArgs& args);
void outer(const OuterArgs& args);
void backward_activation(const BackwardActivationArgs& args);
void analyse(const AnalyseArgs& args);
void synthesise(const SynthesiseArgs& args);

}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
