// 128-bit vectors: AArch64 Advanced SIMD (NEON).
#pragma once

#include <arm_neon.h>

namespace nam_core::detail::kernels {
namespace {

inline constexpr int kRegisters = 32;

template <class T>
struct Vec;
template <>
struct Vec<float> {
  static constexpr int lanes = 4;
  float32x4_t v;

  static inline Vec load(const float* p) { return {vld1q_f32(p)}; }
  static inline Vec set(float x) { return {vdupq_n_f32(x)}; }
  inline void store(float* p) const { vst1q_f32(p, v); }
};
inline Vec<float> operator+(Vec<float> a, Vec<float> b) { return {vaddq_f32(a.v, b.v)}; }
inline Vec<float> operator-(Vec<float> a, Vec<float> b) { return {vsubq_f32(a.v, b.v)}; }
inline Vec<float> operator*(Vec<float> a, Vec<float> b) { return {vmulq_f32(a.v, b.v)}; }
inline Vec<float> operator/(Vec<float> a, Vec<float> b) { return {vdivq_f32(a.v, b.v)}; }
inline Vec<float> fma(Vec<float> a, Vec<float> b, Vec<float> c) { return {vfmaq_f32(c.v, a.v, b.v)}; }
inline Vec<float> fnma(Vec<float> a, Vec<float> b, Vec<float> c) { return {vfmsq_f32(c.v, a.v, b.v)}; }
inline Vec<float> select_greater(Vec<float> a, Vec<float> b, Vec<float> x, Vec<float> y) {
  return {vbslq_f32(vcgtq_f32(a.v, b.v), x.v, y.v)};
}
// By comparison, as on x86: Arm's fmin treats NaN and signed zeros differently.
inline Vec<float> min(Vec<float> a, Vec<float> b) { return select_greater(b, a, a, b); }
inline Vec<float> max(Vec<float> a, Vec<float> b) { return select_greater(a, b, a, b); }
inline Vec<float> abs(Vec<float> a) { return {vabsq_f32(a.v)}; }
// One operation each, where a comparison takes two: 6 % of A1 nano and 2 % of A2 lite in the estimate for
// Cortex-A76 (bench.devices.estimate). A NaN becomes -limit, as by comparison.
inline Vec<float> within(Vec<float> a, float limit) {
  return {vminnmq_f32(vmaxnmq_f32(a.v, vdupq_n_f32(-limit)), vdupq_n_f32(limit))};
}
inline Vec<float> larger(Vec<float> a, Vec<float> b) { return {vmaxnmq_f32(a.v, b.v)}; }
inline Vec<float> mantissa_to_exponent(Vec<float> z) {
  return {vreinterpretq_f32_s32(vshlq_n_s32(vreinterpretq_s32_f32(z.v), 23))};
}
template <>
struct Vec<double> {
  static constexpr int lanes = 2;
  float64x2_t v;

  static inline Vec load(const double* p) { return {vld1q_f64(p)}; }
  static inline Vec set(double x) { return {vdupq_n_f64(x)}; }
  inline void store(double* p) const { vst1q_f64(p, v); }
};
inline Vec<double> operator+(Vec<double> a, Vec<double> b) { return {vaddq_f64(a.v, b.v)}; }
inline Vec<double> operator-(Vec<double> a, Vec<double> b) { return {vsubq_f64(a.v, b.v)}; }
inline Vec<double> operator*(Vec<double> a, Vec<double> b) { return {vmulq_f64(a.v, b.v)}; }
inline Vec<double> operator/(Vec<double> a, Vec<double> b) { return {vdivq_f64(a.v, b.v)}; }
inline Vec<double> fma(Vec<double> a, Vec<double> b, Vec<double> c) { return {vfmaq_f64(c.v, a.v, b.v)}; }
inline Vec<double> fnma(Vec<double> a, Vec<double> b, Vec<double> c) { return {vfmsq_f64(c.v, a.v, b.v)}; }
inline Vec<double> select_greater(Vec<double> a, Vec<double> b, Vec<double> x, Vec<double> y) {
  return {vbslq_f64(vcgtq_f64(a.v, b.v), x.v, y.v)};
}
// By comparison, as on x86: Arm's fmin treats NaN and signed zeros differently.
inline Vec<double> min(Vec<double> a, Vec<double> b) { return select_greater(b, a, a, b); }
inline Vec<double> max(Vec<double> a, Vec<double> b) { return select_greater(a, b, a, b); }
inline Vec<double> abs(Vec<double> a) { return {vabsq_f64(a.v)}; }
inline Vec<double> mantissa_to_exponent(Vec<double> z) {
  return {vreinterpretq_f64_s64(vshlq_n_s64(vreinterpretq_s64_f64(z.v), 52))};
}

// Nothing to do: on Arm a load is a separate instruction.
template <class T>
inline void pin(Vec<T>&) {}

// R consecutive values in memory; [r] is a vector with value r in every lane. The values are loaded as
// vectors, because a multiply-add can take one lane of a vector as its operand. A load per value would need
// more load units and registers.
template <class T, int R>
struct Weights;
template <int R>
struct Weights<float, R> {
  float32x4_t v[(R + 3) / 4];
  explicit inline Weights(const float* w) {
#pragma GCC unroll 8
    for (int i = 0; i < R / 4; ++i) v[i] = vld1q_f32(w + 4 * i);
    // Nothing past the last value is read.
    constexpr int rest = R / 4, first = R / 4 * 4;
    if constexpr (R % 4 == 1) v[rest] = vdupq_n_f32(w[first]);
    if constexpr (R % 4 >= 2) v[rest] = vcombine_f32(vld1_f32(w + first), vdup_n_f32(0));
    if constexpr (R % 4 == 3) v[rest] = vld1q_lane_f32(w + first + 2, v[rest], 2);
  }
  inline Vec<float> operator[](int r) const { return {vdupq_n_f32(v[r / 4][r % 4])}; }
};
template <int R>
struct Weights<double, R> {
  float64x2_t v[(R + 1) / 2];
  explicit inline Weights(const double* w) {
#pragma GCC unroll 8
    for (int i = 0; i < R / 2; ++i) v[i] = vld1q_f64(w + 2 * i);
    if constexpr (R % 2 == 1) v[R / 2] = vdupq_n_f64(w[R - 1]);
  }
  inline Vec<double> operator[](int r) const { return {vdupq_n_f64(v[r / 2][r % 2])}; }
};

}  // namespace
}  // namespace nam_core::detail::kernels
