// Products of rows, summed over time: the gradients of the weights.
//
// A vector of 8 lanes takes frames 0 to 7 of every 16 in one pass, and frames 8 to 15 in a second one. The 16
// sums of kTimeLanes are therefore the same for every vector length.
#include "training/kernels/functions.hpp"
#include NAM_KERNEL_VECTORS
#include "training/kernels/time_sums.inl.hpp"
#include "training/kernels/training_panels.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

// The columns of a block of R rows.
template <int R>
constexpr int block_columns() {
  return kRegisters >= 32 ? 5 : R == 4 ? 3 : 4;
}

// Loads values[n] from at(n). They are pinned, because the compiler would load them again for every use.
template <int N, class At>
[[gnu::always_inline]] inline void load_all(Vec<float> (&values)[N], At at) {
#pragma GCC unroll 5
  for (int n = 0; n < N; ++n) {
    values[n] = Vec<float>::load(at(n));
    pin(values[n]);
  }
}

template <int R, int Q>
inline void outer_block(const float* rows, ptrdiff_t stride, const float* const (&columns)[Q], int frames,
                        TimeSums (&sums)[Q]) {
  using V = Vec<float>;
  for (int pass = 0; pass < kTimeLanes; pass += V::lanes) {
    V acc[R][Q];
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r)
#pragma GCC unroll 5
      for (int q = 0; q < Q; ++q) acc[r][q] = V::set(0.0f);
    for (int t = pass; t < frames; t += kTimeLanes) {
      // Whichever there are fewer of, rows or columns, stay in registers; of the others one is held at a
      // time.
      if constexpr (R >= Q) {
        V x[Q];
        load_all(x, [&](int q) { return columns[q] + t; });
#pragma GCC unroll 4
        for (int r = 0; r < R; ++r) {
          V d = V::load(rows + r * stride + t);
          pin(d);
#pragma GCC unroll 5
          for (int q = 0; q < Q; ++q) acc[r][q] = fma(d, x[q], acc[r][q]);
        }
      } else {
        V d[R];
        load_all(d, [&](int r) { return rows + r * stride + t; });
#pragma GCC unroll 5
        for (int q = 0; q < Q; ++q) {
          V x = V::load(columns[q] + t);
          pin(x);
#pragma GCC unroll 4
          for (int r = 0; r < R; ++r) acc[r][q] = fma(d[r], x, acc[r][q]);
        }
      }
    }
#pragma GCC unroll 5
    for (int q = 0; q < Q; ++q)
#pragma GCC unroll 4
      for (int r = 0; r < R; ++r) acc[r][q].store(sums[q].lanes[r] + pass);
  }
}

template <int R>
void outer_panel(const OuterArgs& from, const float* rows, float* sums) {
  constexpr int Q = block_columns<R>();
  const OuterArgs args = from;
  TimeSums block[Q] = {};
  for (int first = 0; first < args.columns; first += Q) {
    const int count = args.columns - first < Q ? args.columns - first : Q;
    const float* columns[Q];
    // Missing columns of the last block repeat its last column; their sums are not stored.
    for (int q = 0; q < Q; ++q) columns[q] = args.base + args.offsets[first + (q < count ? q : count - 1)];
    outer_block<R, Q>(rows, args.stride, columns, args.frames, block);
    for (int q = 0; q < count; ++q) block[q].add_to(sums + (first + q) * kTrainingPanel);
  }
}

}  // namespace
}  // namespace nam_core::detail::kernels

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
void outer(const OuterArgs& args) {
  float* sums = args.sums;
  each_panel(args.row_count, [&](auto rows, int first) {
    outer_panel<rows.value>(args, args.rows + first * args.stride, sums);
    sums += args.columns * kTrainingPanel;
  });
}
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
