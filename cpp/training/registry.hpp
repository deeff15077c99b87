// The training kernels of each compiled kernel set.
#pragma once

#include <string_view>

#include "training/kernels/training_table.hpp"

namespace nam_core::detail::training {

// The training kernels of the kernel set with this name (dispatch/registry.hpp). Throws IsaError if it is not
// compiled in.
const kernels::TrainingTable& training_table(std::string_view name);
// The kernels for the STFT loss beside them. A machine with AVX-512 takes AVX2's: with 16 frames in a vector
// many lanes stay empty, and the points do not fit into the L1 cache (1.3 times the time on Zen 4).
const kernels::TrainingTable& stft_table(std::string_view name);

}  // namespace nam_core::detail::training
