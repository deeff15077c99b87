// The convolution microkernel: a few output rows by a few vectors of time, every term one fused multiply-add.
//
// Each output frame is made by the same operations in the same order in every lane, block and instruction
// set: bias, mixin rows, taps oldest to newest with input rows ascending, then the residual
// (docs/numerics.md).
#pragma once

#include "kernels/impl/panels.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

// acc[r][n] += w[r] * x[n] for one input row. Whichever operand has fewer vectors is held in registers.
template <class T, int R, int N>
[[gnu::always_inline]] inline void accumulate(Vec<T> (&acc)[R][N], const T* w, const T* x) {
  using V = Vec<T>;
  const Weights<T, R> weights(w);
  if constexpr (R <= N) {
    V weight[R];
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) weight[r] = weights[r];
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) {
      V value = V::load(x + n * V::lanes);
      pin(value);
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r) acc[r][n] = fma(weight[r], value, acc[r][n]);
    }
  } else {
    V value[N];
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) {
      value[n] = V::load(x + n * V::lanes);
      pin(value[n]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      const V weight = weights[r];
#pragma GCC unroll 8
      for (int n = 0; n < N; ++n) acc[r][n] = fma(weight, value[n], acc[r][n]);
    }
  }
}

// acc[r][n] = bias[r]
template <class T, int R, int N>
[[gnu::always_inline]] inline void set_rows(Vec<T> (&acc)[R][N], const T* bias) {
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
    const Vec<T> start = Vec<T>::set(bias[r]);
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) acc[r][n] = start;
  }
}

template <class T, int R, int N>
[[gnu::always_inline]] inline void add_rows(Vec<T> (&acc)[R][N], const T* in, ptrdiff_t stride) {
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r, in += stride)
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) acc[r][n] = acc[r][n] + Vec<T>::load(in + n * Vec<T>::lanes);
}

template <class T, int R, int N>
[[gnu::always_inline]] inline void store_rows(const Vec<T> (&acc)[R][N], T* out, ptrdiff_t stride) {
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r, out += stride)
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) acc[r][n].store(out + n * Vec<T>::lanes);
}

// Which terms a convolution has. A 1x1 takes a fifth less time without the loops over taps.
enum class Terms { mixin_and_taps, one_tap };

// acc = bias + mixin + taps (+ residual), for N vectors from `frame` on. The residual comes last because it
// is often far larger than the terms: if it came first, every term would be rounded at the residual's scale
// (1.3 dB of null depth in an A1 lite). Always inlined: a call would put the accumulators into memory (A2
// full takes twice the time).
template <Terms terms, class T, int R, int N>
[[gnu::always_inline]] inline void convolve(const ConvArgs<T>& args, const ConvPanel<T>& panel,
                                            ptrdiff_t frame, Vec<T> (&acc)[R][N]) {
  set_rows(acc, args.bias + panel.first);
  const T* w = panel.weights;
  const ptrdiff_t offset = panel.in_first * args.tap_stride + frame;
  if constexpr (terms == Terms::one_tap) {
    const T* x = args.taps + offset;
    for (int i = panel.in_rows; i > 0; --i, w += R, x += args.tap_stride) accumulate<T, R, N>(acc, w, x);
  } else {
    if (args.mixin.data) {
      const T* x = args.mixin.data + panel.mixin_first * args.mixin.stride + frame;
      for (int i = panel.mixin_rows; i > 0; --i, w += R, x += args.mixin.stride)
        accumulate<T, R, N>(acc, w, x);
    }
    const T* tap = args.taps + offset;
    for (int k = args.tap_count; k > 0; --k, tap += args.tap_step) {
      const T* x = tap;
      for (int i = panel.in_rows; i > 0; --i, w += R, x += args.tap_stride) accumulate<T, R, N>(acc, w, x);
    }
  }
  if (args.residual.data)
    add_rows(acc, args.residual.data + panel.first * args.residual.stride + frame, args.residual.stride);
}

}  // namespace
}  // namespace nam_core::detail::kernels
