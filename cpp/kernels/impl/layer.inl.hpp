// A plain layer: activation and head sum while the convolution is still in registers, and where one panel
// holds all channels the 1x1 as well.
#pragma once

#include "kernels/impl/conv.inl.hpp"

namespace nam::kernels {
namespace {

template <ActivationKind kind>
struct LayerStep {
  template <class T>
  using Args = LayerArgs<T>;
  // Not inlined into the loops: gcc would keep tanh's constants there (4 % of A1 nano, AVX2 on Zen 3).
  template <class T, int R, int N>
  [[gnu::noinline]] static void run(const LayerArgs<T>& args, const ConvPanel<T>& panel, ptrdiff_t frame) {
    using V = Vec<T>;
    V p[R][N];
    convolve<Terms::mixin_and_taps>(*args.conv, panel, frame, p);
    T* sum = args.sum.data + panel.first * args.sum.stride + frame;
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r, sum += args.sum.stride) {
      const Parameters<T> with = load_parameters<kind>(args.parameters, panel.first + r);
#pragma GCC unroll 8
      for (int n = 0; n < N; ++n) {
        p[r][n] = activate<kind>(p[r][n], with);
        T* at = sum + n * V::lanes;
        (args.sum_starts ? p[r][n] : V::load(at) + p[r][n]).store(at);
      }
    }
    if (!args.next) {
      const Rows<T>& out = args.conv->out;
      if (out.data) store_rows(p, out.data + panel.first * out.stride + frame, out.stride);
      return;
    }
    const ConvArgs<T>& next = *args.next;
    const T* residual = next.residual.data + frame;
    T* out = next.out.data + frame;
    const T* w = next.panels->weights;  // [in][out]
    for (int o = 0; o < R; ++o, residual += next.residual.stride, out += next.out.stride) {
      const V bias = V::set(next.bias[o]);
      V acc[N];
#pragma GCC unroll 8
      for (int n = 0; n < N; ++n) acc[n] = bias;
#pragma GCC unroll 8
      for (int i = 0; i < R; ++i) {
        const V weight = V::set(w[i * R + o]);
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) acc[n] = fma(weight, p[i][n], acc[n]);
      }
#pragma GCC unroll 8
      for (int n = 0; n < N; ++n) (acc[n] + V::load(residual + n * V::lanes)).store(out + n * V::lanes);
    }
  }
};

template <class T>
void layer(const LayerArgs<T>& args) {
  using K = ActivationKind;
  if (args.activation == K::tanh)
    run_panels<T, LayerStep<K::tanh>>(args, *args.conv);
  else
    run_panels<T, LayerStep<K::leaky_relu>>(args, *args.conv);
}

}  // namespace
}  // namespace nam::kernels
