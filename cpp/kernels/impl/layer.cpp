// A plain layer. The activation and the addition to the head sum work on the convolution's result while it is
// in registers; then comes the 1x1. If one panel holds all channels, the 1x1 reads registers; with several
// panels it reads the L1 cache.
#include "kernels/impl/functions.hpp"
#include NAM_KERNEL_VECTORS
#include "kernels/impl/activation.inl.hpp"
#include "kernels/impl/conv.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

// WebAssembly. Its compiler in node and Chromium, V8, makes each of tanh's 13 constants by three
// instructions, and does not move loads to where they are needed.
constexpr bool kFewRegisters = kRegisters < 16;

// Where a layer's 1x1 reads p: nowhere (no 1x1), in registers, or in memory, as rows of N vectors one after
// the other.
enum class Layer1x1 { none, in_registers, in_memory };

template <ActivationKind kind, Layer1x1 layer1x1>
struct LayerStep {
  template <class T>
  using Args = LayerArgs<T>;
  // Not inlined: gcc would keep tanh's constants in registers during the loops (4 % of A1 nano, AVX2 on Zen
  // 3). In the loops of PanelsStep, inlining saves time.
  template <class T, int R, int N>
  [[gnu::noinline]] static void run(const LayerArgs<T>& args, const ConvPanel<T>& panel, ptrdiff_t frame) {
    run_inlined<T, R, N>(args, panel, frame);
  }
  template <class T, int R, int N>
  [[gnu::always_inline]] static inline void run_inlined(const LayerArgs<T>& args, const ConvPanel<T>& panel,
                                                        ptrdiff_t frame) {
    using V = Vec<T>;
    V p[R][N];
    convolve<Terms::mixin_and_taps>(*args.conv, panel, frame, p);
    const ptrdiff_t first = panel.first;
    const T* parameters = args.parameters + first * kActivationParameters;
    const Rows<T> head_sum = args.signals->head_sum, out = args.conv->out;
    T* sum = head_sum.data + first * head_sum.stride + frame;
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r, sum += head_sum.stride) {
      const Parameters<T> with = load_parameters<kind>(parameters, r);
#pragma GCC unroll 8
      for (int n = 0; n < N; ++n) {
        p[r][n] = activate<kind>(p[r][n], with);
        T* at = sum + n * V::lanes;
        (V::load(at) + p[r][n]).store(at);
      }
    }
    if constexpr (layer1x1 == Layer1x1::in_registers)
      add_residual(args, p, frame);
    else if constexpr (layer1x1 == Layer1x1::in_memory)
      store_rows(p, out.data + first * N * V::lanes, N * V::lanes);
    else if (out.data)
      store_rows(p, out.data + first * out.stride + frame, out.stride);
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

// Inlined with few registers, so that tanh's constants are made once for all frames (A1 nano takes 4 % less
// time, A2 lite 2 %; node 24 on Zen 4).
template <ActivationKind kind, Layer1x1 layer1x1>
struct ChosenLayerStep : LayerStep<kind, layer1x1> {
  template <class T, int R, int N>
  [[gnu::always_inline]] static inline void run(const LayerArgs<T>& args, const ConvPanel<T>& panel,
                                                ptrdiff_t frame) {
    using Step = LayerStep<kind, layer1x1>;
    if constexpr (kFewRegisters)
      Step::template run_inlined<T, R, N>(args, panel, frame);
    else
      Step::template run<T, R, N>(args, panel, frame);
  }
};

// A few vectors of time of a layer with several panels, all of R rows: first p of every panel, then the 1x1.
// The 1x1 reads p from memory that has just been written, at distances that the compiler knows.
template <ActivationKind kind>
struct PanelsStep {
  template <class T>
  using Args = LayerArgs<T>;
  template <class T, int R, int N>
  [[gnu::always_inline]] static inline void run(const LayerArgs<T>& args, const ConvPanel<T>&,
                                                ptrdiff_t frame) {
    // LayerArgs excludes panels with fewer rows, so there is no code for them.
    if constexpr (2 * R > kMaxPanelRows) {
      using Step = LayerStep<kind, Layer1x1::in_memory>;
      // Local copies, so that gcc does not read them again after every store.
      const ConvArgs<T> conv = *args.conv, layer1x1 = *args.layer1x1;
      const LayerSignals<T> signals = *args.signals;
      const LayerArgs<T> copied{&conv, &layer1x1, kind, args.parameters, &signals};
      for (int i = 0; i < conv.panel_count; ++i) {
        // Not inlined: gcc would keep tanh's constants in spare registers, and the sums in memory (20 % of A1
        // lite, AVX-512 on Emerald Rapids).
        if constexpr (kind == ActivationKind::Tanh && kRegisters >= 32)
          Step::template run<T, R, N>(args, conv.panels[i], frame);
        else
          Step::template run_inlined<T, R, N>(copied, conv.panels[i], frame);
      }
      for (int i = 0; i < layer1x1.panel_count; ++i) add_residual<T, R, N>(copied, layer1x1.panels[i], frame);
    }
  }

 private:
  // residual_out = layer1x1(p) + residual_in
  template <class T, int R, int N>
  [[gnu::always_inline]] static inline void add_residual(const LayerArgs<T>& args, const ConvPanel<T>& panel,
                                                         ptrdiff_t frame) {
    constexpr int row = N * Vec<T>::lanes;
    Vec<T> acc[R][N];
    set_rows(acc, args.layer1x1->bias + panel.first);
    const T* w = panel.weights;
    const T* p = args.conv->out.data + panel.in_first * row;
    // Unrolled, V8 keeps the operands of four rows in memory (A1 standard takes 6 % more time).
#pragma GCC unroll(kFewRegisters ? 1 : 4)
    for (int i = panel.in_rows; i > 0; --i, w += R, p += row) accumulate<T, R, N>(acc, w, p);
    const Rows<T> in = args.signals->residual_in, out = args.signals->residual_out;
    add_rows(acc, in.data + panel.first * in.stride + frame, in.stride);
    store_rows(acc, out.data + panel.first * out.stride + frame, out.stride);
  }
};

template <class T, ActivationKind kind>
inline void layer_with(const LayerArgs<T>& args) {
  if (!args.layer1x1)
    run_panels<T, ChosenLayerStep<kind, Layer1x1::none>>(args, *args.conv);
  else if (args.conv->panel_count == 1)
    run_panel<T, ChosenLayerStep<kind, Layer1x1::in_registers>>(args, *args.conv);
  else
    run_panel<T, PanelsStep<kind>>(args, *args.conv);
}
template <class T>
inline void run_layer(const LayerArgs<T>& args) {
  using K = ActivationKind;
  if (args.activation == K::Tanh)
    layer_with<T, K::Tanh>(args);
  else
    layer_with<T, K::LeakyReLU>(args);
}

}  // namespace
}  // namespace nam_core::detail::kernels

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
void layer(const LayerArgs<float>& args) { run_layer(args); }
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
