// A plain layer: activation and head sum while the convolution is still in registers, and where one panel
// holds all channels the 1x1 as well.
#pragma once

#include "kernels/impl/conv.inl.hpp"

namespace nam::kernels {
namespace {

template <ActivationKind kind, bool with_layer1x1>
struct LayerStep {
  template <class T>
  using Args = LayerArgs<T>;
  // Not inlined into the loops: gcc would keep tanh's constants there (4 % of A1 nano, AVX2 on Zen 3).
  template <class T, int R, int N>
  [[gnu::noinline]] static void run(const LayerArgs<T>& args, const ConvPanel<T>& panel, ptrdiff_t frame) {
    using V = Vec<T>;
    V p[R][N];
    convolve<Terms::mixin_and_taps>(*args.conv, panel, frame, p);
    const Rows<T>& head_sum = args.signals->head_sum;
    T* sum = head_sum.data + panel.first * head_sum.stride + frame;
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r, sum += head_sum.stride) {
      const Parameters<T> with = load_parameters<kind>(args.parameters, panel.first + r);
#pragma GCC unroll 8
      for (int n = 0; n < N; ++n) {
        p[r][n] = activate<kind>(p[r][n], with);
        T* at = sum + n * V::lanes;
        (V::load(at) + p[r][n]).store(at);
      }
    }
    if constexpr (with_layer1x1) {
      add_residual(args, p, frame);
    } else {
      const Rows<T>& out = args.conv->out;
      if (out.data) store_rows(p, out.data + panel.first * out.stride + frame, out.stride);
    }
  }

 private:
  // residual_out = layer1x1(p) + residual_in
  template <class T, int R, int N>
  [[gnu::always_inline]] static inline void add_residual(const LayerArgs<T>& args, const Vec<T> (&p)[R][N],
                                                         ptrdiff_t frame) {
    using V = Vec<T>;
    const Rows<T>&in = args.signals->residual_in, &out = args.signals->residual_out;
    const T* residual = in.data + frame;
    T* sum = out.data + frame;
    const T* bias = args.layer1x1->bias;
    const T* w = args.layer1x1->panels->weights;  // [in][out]
    for (int o = 0; o < R; ++o, residual += in.stride, sum += out.stride) {
      const V start = V::set(bias[o]);
      V acc[N];
#pragma GCC unroll 8
      for (int n = 0; n < N; ++n) acc[n] = start;
#pragma GCC unroll 8
      for (int i = 0; i < R; ++i) {
        const V weight = V::set(w[i * R + o]);
#pragma GCC unroll 8
        for (int n = 0; n < N; ++n) acc[n] = fma(weight, p[i][n], acc[n]);
      }
#pragma GCC unroll 8
      for (int n = 0; n < N; ++n) (acc[n] + V::load(residual + n * V::lanes)).store(sum + n * V::lanes);
    }
  }
};

template <class T, ActivationKind kind>
inline void layer_with(const LayerArgs<T>& args) {
  if (args.layer1x1)
    run_panel<T, LayerStep<kind, true>>(args, *args.conv);
  else
    run_panels<T, LayerStep<kind, false>>(args, *args.conv);
}
template <class T>
void layer(const LayerArgs<T>& args) {
  using K = ActivationKind;
  if (args.activation == K::tanh)
    layer_with<T, K::tanh>(args);
  else
    layer_with<T, K::leaky_relu>(args);
}

}  // namespace
}  // namespace nam::kernels
