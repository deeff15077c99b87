// Whether all samples are finite: an infinity or NaN would stay in a model's past forever.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/kernel_table.hpp"

namespace nam_core::detail::engine {

// Whether no sample of `channels` rows of `frames` is infinite or NaN. Looks at the bits, which the baseline
// compiler turns into vector code. Real time.
template <class T>
bool all_finite(kernels::ConstRows<T> rows, int channels, std::ptrdiff_t frames) noexcept;

}  // namespace nam_core::detail::engine
