// The spectra of a response's partitions, computed once, in double precision, when a model is loaded.
#pragma once

#include "layers/long_response/twiddles.hpp"

namespace nam_core::detail::layers {

// Where the engine keeps bin `leaf` of a transform of `size` values: transforms end with the values turned,
// as rows of size / 16 (docs/numerics.md).
constexpr std::ptrdiff_t bin_of_leaf(std::ptrdiff_t leaf, std::ptrdiff_t size) noexcept {
  return leaf % 16 * (size / 16) + leaf / 16;
}

// The spectrum of 4^passes real values, in the order of leaves, by multiplications and additions that are
// each rounded. Allocates.
struct LeafSpectrum {
  std::vector<double> re, im;
};
LeafSpectrum leaf_spectrum(const TwiddleTable& twiddles, std::vector<double> values);

}  // namespace nam_core::detail::layers
