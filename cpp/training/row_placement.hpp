// Places the rows of a network in training in the memory of an item and of a thread.
#pragma once

#include "training/network_plan.hpp"

namespace nam_core::detail::training {

// Sets rows, first frames and sizes of a plan whose `end` is set. Allocates.
void place_rows(NetworkPlan& plan, const WaveNetConfig& config);

}  // namespace nam_core::detail::training
