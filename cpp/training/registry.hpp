// The training kernels of each compiled kernel set.
#pragma once

#include <string_view>

#include "training/kernels/training_table.hpp"

namespace nam_core::detail::training {

// The training kernels of the kernel set with this name (dispatch/registry.hpp). Throws IsaError if it is not
// compiled in.
const kernels::TrainingTable& training_table(std::string_view name);

}  // namespace nam_core::detail::training
