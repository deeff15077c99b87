// The convolution microkernel: a few output rows by a few vectors of time, every term one fused multiply-add.
//
// Each output frame sees the same operations in the same order whatever its lane, block or instruction set:
// bias, mixin rows, taps oldest to newest with input rows ascending, then the residual (docs/numerics.md).
#pragma once

namespace nam::kernels {
namespace {

// Most vectors per block so that rows x vectors accumulators, the held operands and one streamed operand fit
// into the registers; 8 are enough to cover the latency of two FMA units.
constexpr int max_vectors(int rows) {
  int vectors = 1;
  while (vectors < 8) {
    const int next = vectors + 1;
    const int held = rows < next ? rows : next;
    if (rows * next + held + 1 > kRegisters) break;
    vectors = next;
  }
  return vectors;
}
inline constexpr int kMaxPanelRows = kRegisters >= 32 ? 8 : 4;

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

// acc = bias + mixin + taps (+ residual), for N vectors from `frame` on. The residual comes last because it
// is often far larger than the terms: each of them would be rounded at its scale (1.3 dB of null depth in an
// A1 lite). Inlined whatever the compiler thinks: a call would put the accumulators into memory (twice the
// time of A2 full).
template <class T, int R, int N>
[[gnu::always_inline]] inline void convolve(const ConvArgs<T>& args, const ConvPanel<T>& panel,
                                            ptrdiff_t frame, Vec<T> (&acc)[R][N]) {
  using V = Vec<T>;
  const T* bias = args.bias + panel.first;
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r) {
    const V start = V::set(bias[r]);
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) acc[r][n] = start;
  }
  const T* w = panel.weights;
  if (args.mixin.data) {
    const T* x = args.mixin.data + panel.mixin_first * args.mixin.stride + frame;
    for (int i = panel.mixin_rows; i > 0; --i, w += R, x += args.mixin.stride) accumulate<T, R, N>(acc, w, x);
  }
  const ptrdiff_t offset = panel.in_first * args.tap_stride + frame;
  for (const TapRun<T>& run : args.taps) {
    const T* tap = run.first + offset;
    for (int k = run.count; k > 0; --k, tap += args.tap_step) {
      const T* x = tap;
      for (int i = panel.in_rows; i > 0; --i, w += R, x += args.tap_stride) accumulate<T, R, N>(acc, w, x);
    }
  }
  if (args.residual.data) {
    const T* residual = args.residual.data + panel.first * args.residual.stride + frame;
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r, residual += args.residual.stride)
#pragma GCC unroll 8
      for (int n = 0; n < N; ++n) acc[r][n] = acc[r][n] + V::load(residual + n * V::lanes);
  }
}

template <class T, int R, int N>
inline void store_rows(const Vec<T> (&acc)[R][N], T* out, ptrdiff_t stride) {
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r, out += stride)
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) acc[r][n].store(out + n * Vec<T>::lanes);
}

// What the blocks of one panel do: a function for each number of rows and vectors.
struct ConvStep {
  template <class T>
  using Args = ConvArgs<T>;
  template <class T, int R, int N>
  static void run(const ConvArgs<T>& args, const ConvPanel<T>& panel, ptrdiff_t frame) {
    Vec<T> acc[R][N];
    convolve(args, panel, frame, acc);
    store_rows(acc, args.out.data + panel.first * args.out.stride + frame, args.out.stride);
  }
};

// The functions for all numbers of rows and vectors, and how many vectors the next block takes: as few blocks
// as possible, of even size (4 vectors in two blocks are 2 + 2, not 3 + 1). Worked out at compile time.
template <class T, class Step>
struct BlockPlan {
  using Args = typename Step::template Args<T>;
  using Function = void (*)(const Args&, const ConvPanel<T>&, ptrdiff_t);
  static constexpr int most_vectors = kTile / Vec<T>::lanes;
  Function functions[kMaxPanelRows + 1][max_vectors(1) + 1];
  int8_t vectors[kMaxPanelRows + 1][most_vectors + 1];
};
template <class T, class Step, int R, int N>
constexpr void plan_functions(BlockPlan<T, Step>& plan) {
  plan.functions[R][N] = Step::template run<T, R, N>;
  if constexpr (N > 1) plan_functions<T, Step, R, N - 1>(plan);
}
template <class T, class Step, int R>
constexpr void plan_rows(BlockPlan<T, Step>& plan) {
  constexpr int most = max_vectors(R);
  plan_functions<T, Step, R, most>(plan);
  for (int left = 1; left <= BlockPlan<T, Step>::most_vectors; ++left) {
    const int blocks = (left + most - 1) / most;
    plan.vectors[R][left] = static_cast<int8_t>((left + blocks - 1) / blocks);
  }
  if constexpr (R > 1) plan_rows<T, Step, R - 1>(plan);
}
template <class T, class Step>
constexpr BlockPlan<T, Step> make_block_plan() {
  BlockPlan<T, Step> plan{};
  plan_rows<T, Step, kMaxPanelRows>(plan);
  return plan;
}
template <class T, class Step>
constexpr BlockPlan<T, Step> block_plan = make_block_plan<T, Step>();

// Runs Step on all panels and frames of a convolution. All panels take a block of time before the next one:
// its input is then still in the L1 cache. The first panel has the most rows.
template <class T, class Step>
inline void run_blocks(const typename Step::template Args<T>& args, const ConvArgs<T>& conv) {
  constexpr int lanes = Vec<T>::lanes;
  constexpr const BlockPlan<T, Step>& plan = block_plan<T, Step>;
  const int vectors = (conv.frames + lanes - 1) / lanes;
  for (int left = vectors; left > 0;) {
    const int n = plan.vectors[conv.panels[0].rows][left];
    const ptrdiff_t frame = static_cast<ptrdiff_t>(vectors - left) * lanes;
    for (int p = 0; p < conv.panel_count; ++p)
      plan.functions[conv.panels[p].rows][n](args, conv.panels[p], frame);
    left -= n;
  }
}

template <class T>
void conv(const ConvArgs<T>& args) {
  run_blocks<T, ConvStep>(args, args);
}

}  // namespace
}  // namespace nam::kernels
