// The training kernels of each kernel set.
#pragma once

#include <string_view>

#include "training/kernels/training_table.hpp"

namespace nam_core::detail::training {

// Of the kernel set of this name (dispatch/registry.hpp), which must be compiled in.
const kernels::TrainingTable& training_table(std::string_view name);

}  // namespace nam_core::detail::training
