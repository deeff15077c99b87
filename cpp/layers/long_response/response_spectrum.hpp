// The spectra of a response's partitions. They are computed in double precision when a model is loaded.
#pragma once

#include "layers/long_response/twiddles.hpp"

namespace nam_core::detail::layers {

// Position of bin `leaf` in the engine's transforms of `size` values, which end with the values transposed,
// as rows of size / 16 (docs/numerics.md).
constexpr std::ptrdiff_t bin_of_leaf(std::ptrdiff_t leaf, std::ptrdiff_t size) noexcept {
  return leaf % 16 * (size / 16) + leaf / 16;
}

// The spectrum of 4^passes real values, in the order of the leaves. Each multiplication and addition is
// rounded by itself. Allocates.
struct LeafSpectrum {
  std::vector<double> re, im;
};
LeafSpectrum leaf_spectrum(const TwiddleTable& twiddles, std::vector<double> values);

}  // namespace nam_core::detail::layers
