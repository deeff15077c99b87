// Weights for instruction sets that fill a vector with one value from memory as fast as they load a vector.
// NEON has its own in vec_neon.hpp.
#pragma once

namespace nam_core::detail::kernels {
namespace {

// R consecutive values in memory; [r] is a vector with value r in every lane.
template <class T, int R>
struct Weights {
  const T* w;
  explicit inline Weights(const T* at) : w(at) {}
  inline Vec<T> operator[](int r) const { return Vec<T>::set(w[r]); }
};

}  // namespace
}  // namespace nam_core::detail::kernels
