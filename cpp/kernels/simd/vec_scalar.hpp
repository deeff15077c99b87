// A vector of one value. Its fma is fused if the file is compiled for a processor with FMA.
#pragma once

namespace nam_core::detail::kernels {
namespace {

inline constexpr int kRegisters = 16;

template <class T>
struct Vec {
  static constexpr int lanes = 1;
  T v;

  static inline Vec load(const T* p) { return {*p}; }
  static inline Vec set(T x) { return {x}; }
  inline void store(T* p) const { *p = v; }
};

template <class T>
inline Vec<T> operator+(Vec<T> a, Vec<T> b) {
  return {a.v + b.v};
}
template <class T>
inline Vec<T> operator-(Vec<T> a, Vec<T> b) {
  return {a.v - b.v};
}
template <class T>
inline Vec<T> operator*(Vec<T> a, Vec<T> b) {
  return {a.v * b.v};
}
template <class T>
inline Vec<T> operator/(Vec<T> a, Vec<T> b) {
  return {a.v / b.v};
}

// a * b + c
template <class T>
inline Vec<T> fma(Vec<T> a, Vec<T> b, Vec<T> c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
  if constexpr (sizeof(T) == 4)
    return {__builtin_fmaf(a.v, b.v, c.v)};
  else
    return {__builtin_fma(a.v, b.v, c.v)};
#else
  return {a.v * b.v + c.v};
#endif
}
// c - a * b
template <class T>
inline Vec<T> fnma(Vec<T> a, Vec<T> b, Vec<T> c) {
  return fma<T>({-a.v}, b, c);
}
// min and max return the second operand if the two are equal or unordered, as on x86.
template <class T>
inline Vec<T> min(Vec<T> a, Vec<T> b) {
  return {a.v < b.v ? a.v : b.v};
}
template <class T>
inline Vec<T> max(Vec<T> a, Vec<T> b) {
  return {a.v > b.v ? a.v : b.v};
}
template <class T>
inline Vec<T> abs(Vec<T> a) {
  if constexpr (sizeof(T) == 4)
    return {__builtin_fabsf(a.v)};
  else
    return {__builtin_fabs(a.v)};
}
// a > b ? x : y
template <class T>
inline Vec<T> select_greater(Vec<T> a, Vec<T> b, Vec<T> x, Vec<T> y) {
  return {a.v > b.v ? x.v : y.v};
}
// The value whose exponent field is the lowest bits of z's mantissa (see Exp in math.inl.hpp).
inline Vec<float> mantissa_to_exponent(Vec<float> z) {
  return {__builtin_bit_cast(float, __builtin_bit_cast(uint32_t, z.v) << 23)};
}
inline Vec<double> mantissa_to_exponent(Vec<double> z) {
  return {__builtin_bit_cast(double, __builtin_bit_cast(uint64_t, z.v) << 52)};
}
// Keeps a loaded value in a register (does nothing here).
template <class T>
inline void pin(Vec<T>&) {}

}  // namespace
}  // namespace nam_core::detail::kernels

#include "kernels/simd/broadcast_weights.hpp"
