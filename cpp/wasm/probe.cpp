// By these functions the loader finds out whether the processor fuses multiply-adds: it passes operands for
// which a fused result differs from an unfused one.
#include <wasm_simd128.h>

#include "wasm/export.hpp"

#ifdef __wasm_relaxed_simd__
NAM_CORE_EXPORT(nam_madd_f32) float nam_madd_f32(float a, float b, float c) {
  return wasm_f32x4_extract_lane(
      wasm_f32x4_relaxed_madd(wasm_f32x4_splat(a), wasm_f32x4_splat(b), wasm_f32x4_splat(c)), 0);
}
NAM_CORE_EXPORT(nam_nmadd_f32) float nam_nmadd_f32(float a, float b, float c) {
  return wasm_f32x4_extract_lane(
      wasm_f32x4_relaxed_nmadd(wasm_f32x4_splat(a), wasm_f32x4_splat(b), wasm_f32x4_splat(c)), 0);
}
NAM_CORE_EXPORT(nam_madd_f64) double nam_madd_f64(double a, double b, double c) {
  return wasm_f64x2_extract_lane(
      wasm_f64x2_relaxed_madd(wasm_f64x2_splat(a), wasm_f64x2_splat(b), wasm_f64x2_splat(c)), 0);
}
NAM_CORE_EXPORT(nam_nmadd_f64) double nam_nmadd_f64(double a, double b, double c) {
  return wasm_f64x2_extract_lane(
      wasm_f64x2_relaxed_nmadd(wasm_f64x2_splat(a), wasm_f64x2_splat(b), wasm_f64x2_splat(c)), 0);
}
#endif
