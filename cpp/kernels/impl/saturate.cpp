// Fused multiply-adds at the processor's limit: 12 independent sums cover the latency of two units, and fit
// into 16 registers.
#include "kernels/impl/functions.hpp"
#include NAM_KERNEL_VECTORS

namespace nam_core::detail::kernels {
namespace {

template <class T>
inline T run_saturate(int64_t rounds) {
  using V = Vec<T>;
  V acc[kSaturatingMacs];
#pragma GCC unroll 12
  for (int i = 0; i < kSaturatingMacs; ++i) acc[i] = V::set(T(i));
  const V a = V::set(T(0.5)), b = V::set(T(1));
  for (int64_t round = 0; round < rounds; ++round)
#pragma GCC unroll 12
    for (int i = 0; i < kSaturatingMacs; ++i) {
      acc[i] = fma(acc[i], a, b);
      pin(acc[i]);
    }
  V sum = acc[0];
#pragma GCC unroll 12
  for (int i = 1; i < kSaturatingMacs; ++i) sum = sum + acc[i];
  T lanes[V::lanes];
  sum.store(lanes);
  return lanes[0];
}

}  // namespace
}  // namespace nam_core::detail::kernels

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
void saturate(int64_t rounds, float* kept) { *kept = run_saturate<float>(rounds); }
void saturate(int64_t rounds, double* kept) { *kept = run_saturate<double>(rounds); }
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
