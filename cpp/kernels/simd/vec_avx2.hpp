// 256-bit vectors: AVX2 with FMA.
#pragma once

#include <immintrin.h>

namespace nam_core::detail::kernels {
namespace {

inline constexpr int kRegisters = 16;

template <class T>
struct Vec;
template <>
struct Vec<float> {
  static constexpr int lanes = 8;
  __m256 v;

  static inline Vec load(const float* p) { return {_mm256_loadu_ps(p)}; }
  static inline Vec set(float x) { return {_mm256_set1_ps(x)}; }
  inline void store(float* p) const { _mm256_storeu_ps(p, v); }
};
inline Vec<float> operator+(Vec<float> a, Vec<float> b) { return {_mm256_add_ps(a.v, b.v)}; }
inline Vec<float> operator-(Vec<float> a, Vec<float> b) { return {_mm256_sub_ps(a.v, b.v)}; }
inline Vec<float> operator*(Vec<float> a, Vec<float> b) { return {_mm256_mul_ps(a.v, b.v)}; }
inline Vec<float> operator/(Vec<float> a, Vec<float> b) { return {_mm256_div_ps(a.v, b.v)}; }
inline Vec<float> fma(Vec<float> a, Vec<float> b, Vec<float> c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }
inline Vec<float> fnma(Vec<float> a, Vec<float> b, Vec<float> c) { return {_mm256_fnmadd_ps(a.v, b.v, c.v)}; }
inline Vec<float> min(Vec<float> a, Vec<float> b) { return {_mm256_min_ps(a.v, b.v)}; }
inline Vec<float> max(Vec<float> a, Vec<float> b) { return {_mm256_max_ps(a.v, b.v)}; }
inline Vec<float> abs(Vec<float> a) { return {_mm256_andnot_ps(_mm256_set1_ps(-0.0f), a.v)}; }
inline Vec<float> select_greater(Vec<float> a, Vec<float> b, Vec<float> x, Vec<float> y) {
  return {_mm256_blendv_ps(y.v, x.v, _mm256_cmp_ps(a.v, b.v, _CMP_GT_OQ))};
}
inline Vec<float> mantissa_to_exponent(Vec<float> z) {
  return {_mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(z.v), 23))};
}
template <>
struct Vec<double> {
  static constexpr int lanes = 4;
  __m256d v;

  static inline Vec load(const double* p) { return {_mm256_loadu_pd(p)}; }
  static inline Vec set(double x) { return {_mm256_set1_pd(x)}; }
  inline void store(double* p) const { _mm256_storeu_pd(p, v); }
};
inline Vec<double> operator+(Vec<double> a, Vec<double> b) { return {_mm256_add_pd(a.v, b.v)}; }
inline Vec<double> operator-(Vec<double> a, Vec<double> b) { return {_mm256_sub_pd(a.v, b.v)}; }
inline Vec<double> operator*(Vec<double> a, Vec<double> b) { return {_mm256_mul_pd(a.v, b.v)}; }
inline Vec<double> operator/(Vec<double> a, Vec<double> b) { return {_mm256_div_pd(a.v, b.v)}; }
inline Vec<double> fma(Vec<double> a, Vec<double> b, Vec<double> c) {
  return {_mm256_fmadd_pd(a.v, b.v, c.v)};
}
inline Vec<double> fnma(Vec<double> a, Vec<double> b, Vec<double> c) {
  return {_mm256_fnmadd_pd(a.v, b.v, c.v)};
}
inline Vec<double> min(Vec<double> a, Vec<double> b) { return {_mm256_min_pd(a.v, b.v)}; }
inline Vec<double> max(Vec<double> a, Vec<double> b) { return {_mm256_max_pd(a.v, b.v)}; }
inline Vec<double> abs(Vec<double> a) { return {_mm256_andnot_pd(_mm256_set1_pd(-0.0), a.v)}; }
inline Vec<double> select_greater(Vec<double> a, Vec<double> b, Vec<double> x, Vec<double> y) {
  return {_mm256_blendv_pd(y.v, x.v, _mm256_cmp_pd(a.v, b.v, _CMP_GT_OQ))};
}
inline Vec<double> mantissa_to_exponent(Vec<double> z) {
  return {_mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(z.v), 52))};
}

// Keeps a loaded value in a register: gcc otherwise folds the load into every fma that uses the value, and
// loads it once for each (A2 lite: 55 instead of 37 ns per sample).
template <class T>
inline void pin(Vec<T>& a) {
  asm("" : "+x"(a.v));
}

}  // namespace
}  // namespace nam_core::detail::kernels

#include "kernels/simd/broadcast_weights.hpp"
