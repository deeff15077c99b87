// 512-bit vectors: AVX-512 F and DQ.
#pragma once

#include <immintrin.h>

namespace nam_core::detail::kernels {
namespace {

inline constexpr int kRegisters = 32;
// Mode of vrangeps: the operand of smaller magnitude, with the sign of the first.
inline constexpr int kLessMagnitude = 0b0010;

template <class T>
struct Vec;
template <>
struct Vec<float> {
  static constexpr int lanes = 16;
  __m512 v;

  static inline Vec load(const float* p) { return {_mm512_loadu_ps(p)}; }
  static inline Vec set(float x) { return {_mm512_set1_ps(x)}; }
  inline void store(float* p) const { _mm512_storeu_ps(p, v); }
};
inline Vec<float> operator+(Vec<float> a, Vec<float> b) { return {_mm512_add_ps(a.v, b.v)}; }
inline Vec<float> operator-(Vec<float> a, Vec<float> b) { return {_mm512_sub_ps(a.v, b.v)}; }
inline Vec<float> operator*(Vec<float> a, Vec<float> b) { return {_mm512_mul_ps(a.v, b.v)}; }
inline Vec<float> operator/(Vec<float> a, Vec<float> b) { return {_mm512_div_ps(a.v, b.v)}; }
inline Vec<float> fma(Vec<float> a, Vec<float> b, Vec<float> c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
inline Vec<float> fnma(Vec<float> a, Vec<float> b, Vec<float> c) { return {_mm512_fnmadd_ps(a.v, b.v, c.v)}; }
inline Vec<float> min(Vec<float> a, Vec<float> b) { return {_mm512_min_ps(a.v, b.v)}; }
inline Vec<float> max(Vec<float> a, Vec<float> b) { return {_mm512_max_ps(a.v, b.v)}; }
inline Vec<float> abs(Vec<float> a) { return {_mm512_abs_ps(a.v)}; }
// Limits a to -limit .. limit, in one operation instead of two (2.7 % of A1 nano on Emerald Rapids). A NaN
// becomes limit with the NaN's sign; in the other sets it becomes -limit. The two agree on the NaNs that x86
// makes, because these are negative.
inline Vec<float> within(Vec<float> a, float limit) {
  return {_mm512_range_ps(a.v, _mm512_set1_ps(limit), kLessMagnitude)};
}
inline Vec<float> select_greater(Vec<float> a, Vec<float> b, Vec<float> x, Vec<float> y) {
  return {_mm512_mask_blend_ps(_mm512_cmp_ps_mask(a.v, b.v, _CMP_GT_OQ), y.v, x.v)};
}
inline Vec<float> mantissa_to_exponent(Vec<float> z) {
  return {_mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(z.v), 23))};
}
template <>
struct Vec<double> {
  static constexpr int lanes = 8;
  __m512d v;

  static inline Vec load(const double* p) { return {_mm512_loadu_pd(p)}; }
  static inline Vec set(double x) { return {_mm512_set1_pd(x)}; }
  inline void store(double* p) const { _mm512_storeu_pd(p, v); }
};
inline Vec<double> operator+(Vec<double> a, Vec<double> b) { return {_mm512_add_pd(a.v, b.v)}; }
inline Vec<double> operator-(Vec<double> a, Vec<double> b) { return {_mm512_sub_pd(a.v, b.v)}; }
inline Vec<double> operator*(Vec<double> a, Vec<double> b) { return {_mm512_mul_pd(a.v, b.v)}; }
inline Vec<double> operator/(Vec<double> a, Vec<double> b) { return {_mm512_div_pd(a.v, b.v)}; }
inline Vec<double> fma(Vec<double> a, Vec<double> b, Vec<double> c) {
  return {_mm512_fmadd_pd(a.v, b.v, c.v)};
}
inline Vec<double> fnma(Vec<double> a, Vec<double> b, Vec<double> c) {
  return {_mm512_fnmadd_pd(a.v, b.v, c.v)};
}
inline Vec<double> min(Vec<double> a, Vec<double> b) { return {_mm512_min_pd(a.v, b.v)}; }
inline Vec<double> max(Vec<double> a, Vec<double> b) { return {_mm512_max_pd(a.v, b.v)}; }
inline Vec<double> abs(Vec<double> a) { return {_mm512_abs_pd(a.v)}; }
inline Vec<double> within(Vec<double> a, double limit) {
  return {_mm512_range_pd(a.v, _mm512_set1_pd(limit), kLessMagnitude)};
}
inline Vec<double> select_greater(Vec<double> a, Vec<double> b, Vec<double> x, Vec<double> y) {
  return {_mm512_mask_blend_pd(_mm512_cmp_pd_mask(a.v, b.v, _CMP_GT_OQ), y.v, x.v)};
}
inline Vec<double> mantissa_to_exponent(Vec<double> z) {
  return {_mm512_castsi512_pd(_mm512_slli_epi64(_mm512_castpd_si512(z.v), 52))};
}

// Keeps a loaded value in a register: gcc otherwise folds the load into every fma that uses the value, and
// loads it once for each (A2 lite: 55 instead of 37 ns per sample).
template <class T>
inline void pin(Vec<T>& a) {
  asm("" : "+v"(a.v));
}

}  // namespace
}  // namespace nam_core::detail::kernels

#include "kernels/simd/broadcast_weights.hpp"
