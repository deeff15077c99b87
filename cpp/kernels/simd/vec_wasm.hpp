// 128-bit vectors: WebAssembly SIMD. With relaxed SIMD, a multiply-add is fused if the processor has a fused
// one. No interface tells whether it is, so the loader tries it out (web/src/module.ts).
#pragma once

#include <wasm_simd128.h>

namespace nam_core::detail::kernels {
namespace {

// WebAssembly has no registers; its compiler has 16 on x86. With kRegisters = 16 it keeps some accumulators
// in memory.
inline constexpr int kRegisters = 14;

template <class T>
struct Vec;
template <>
struct Vec<float> {
  static constexpr int lanes = 4;
  v128_t v;

  static inline Vec load(const float* p) { return {wasm_v128_load(p)}; }
  static inline Vec set(float x) { return {wasm_f32x4_splat(x)}; }
  inline void store(float* p) const { wasm_v128_store(p, v); }
};
inline Vec<float> operator+(Vec<float> a, Vec<float> b) { return {wasm_f32x4_add(a.v, b.v)}; }
inline Vec<float> operator-(Vec<float> a, Vec<float> b) { return {wasm_f32x4_sub(a.v, b.v)}; }
inline Vec<float> operator*(Vec<float> a, Vec<float> b) { return {wasm_f32x4_mul(a.v, b.v)}; }
inline Vec<float> operator/(Vec<float> a, Vec<float> b) { return {wasm_f32x4_div(a.v, b.v)}; }
inline Vec<float> abs(Vec<float> a) { return {wasm_f32x4_abs(a.v)}; }
// pmin(b, a) is a < b ? a : b, which is x86's min.
inline Vec<float> min(Vec<float> a, Vec<float> b) { return {wasm_f32x4_pmin(b.v, a.v)}; }
inline Vec<float> max(Vec<float> a, Vec<float> b) { return {wasm_f32x4_pmax(b.v, a.v)}; }
inline Vec<float> mantissa_to_exponent(Vec<float> z) { return {wasm_i32x4_shl(z.v, 23)}; }
template <>
struct Vec<double> {
  static constexpr int lanes = 2;
  v128_t v;

  static inline Vec load(const double* p) { return {wasm_v128_load(p)}; }
  static inline Vec set(double x) { return {wasm_f64x2_splat(x)}; }
  inline void store(double* p) const { wasm_v128_store(p, v); }
};
inline Vec<double> operator+(Vec<double> a, Vec<double> b) { return {wasm_f64x2_add(a.v, b.v)}; }
inline Vec<double> operator-(Vec<double> a, Vec<double> b) { return {wasm_f64x2_sub(a.v, b.v)}; }
inline Vec<double> operator*(Vec<double> a, Vec<double> b) { return {wasm_f64x2_mul(a.v, b.v)}; }
inline Vec<double> operator/(Vec<double> a, Vec<double> b) { return {wasm_f64x2_div(a.v, b.v)}; }
inline Vec<double> abs(Vec<double> a) { return {wasm_f64x2_abs(a.v)}; }
inline Vec<double> min(Vec<double> a, Vec<double> b) { return {wasm_f64x2_pmin(b.v, a.v)}; }
inline Vec<double> max(Vec<double> a, Vec<double> b) { return {wasm_f64x2_pmax(b.v, a.v)}; }
inline Vec<double> mantissa_to_exponent(Vec<double> z) { return {wasm_i64x2_shl(z.v, 52)}; }

#ifdef __wasm_relaxed_simd__
inline Vec<float> fma(Vec<float> a, Vec<float> b, Vec<float> c) {
  return {wasm_f32x4_relaxed_madd(a.v, b.v, c.v)};
}
inline Vec<float> fnma(Vec<float> a, Vec<float> b, Vec<float> c) {
  return {wasm_f32x4_relaxed_nmadd(a.v, b.v, c.v)};
}
inline Vec<double> fma(Vec<double> a, Vec<double> b, Vec<double> c) {
  return {wasm_f64x2_relaxed_madd(a.v, b.v, c.v)};
}
inline Vec<double> fnma(Vec<double> a, Vec<double> b, Vec<double> c) {
  return {wasm_f64x2_relaxed_nmadd(a.v, b.v, c.v)};
}
// Every lane of the mask is all ones or all zeros, for which the relaxed operation is exact everywhere.
inline Vec<float> select_greater(Vec<float> a, Vec<float> b, Vec<float> x, Vec<float> y) {
  return {wasm_i32x4_relaxed_laneselect(x.v, y.v, wasm_f32x4_gt(a.v, b.v))};
}
inline Vec<double> select_greater(Vec<double> a, Vec<double> b, Vec<double> x, Vec<double> y) {
  return {wasm_i64x2_relaxed_laneselect(x.v, y.v, wasm_f64x2_gt(a.v, b.v))};
}
#else
inline Vec<float> fma(Vec<float> a, Vec<float> b, Vec<float> c) { return a * b + c; }
inline Vec<float> fnma(Vec<float> a, Vec<float> b, Vec<float> c) { return c - a * b; }
inline Vec<double> fma(Vec<double> a, Vec<double> b, Vec<double> c) { return a * b + c; }
inline Vec<double> fnma(Vec<double> a, Vec<double> b, Vec<double> c) { return c - a * b; }
inline Vec<float> select_greater(Vec<float> a, Vec<float> b, Vec<float> x, Vec<float> y) {
  return {wasm_v128_bitselect(x.v, y.v, wasm_f32x4_gt(a.v, b.v))};
}
inline Vec<double> select_greater(Vec<double> a, Vec<double> b, Vec<double> x, Vec<double> y) {
  return {wasm_v128_bitselect(x.v, y.v, wasm_f64x2_gt(a.v, b.v))};
}
#endif

// Does nothing: WebAssembly's compiler decides.
template <class T>
inline void pin(Vec<T>&) {}

}  // namespace
}  // namespace nam_core::detail::kernels

#include "kernels/simd/broadcast_weights.hpp"
