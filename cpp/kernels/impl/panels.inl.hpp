// The loops around a convolution's microkernel: which output rows and vectors of time it takes at once.
#pragma once

namespace nam_core::detail::kernels {
namespace {

// The most vectors per block with which rows x vectors accumulators, the held operands and one streamed
// operand fit into the registers; 8 are enough to cover the latency of two FMA units.
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

// A block takes at most this many vectors, or as many as max_vectors allows. Sizes in between would only
// serve unusual lengths (80 to 112 frames with 16 lanes), and would be a fifth of the code.
inline constexpr int kSmallBlock = 4;

// Index: vectors of time that are left. Value: vectors that the next block of R rows takes. There are as few
// blocks as possible, of equal size if that size exists (4 vectors in two blocks are 2 + 2, not 3 + 1).
template <class T, int R>
struct BlockSizes {
  int8_t vectors[kTile / Vec<T>::lanes + 1];
  constexpr BlockSizes() : vectors{} {
    constexpr int most = max_vectors(R);
    for (int left = 1; left <= kTile / Vec<T>::lanes; ++left) {
      const int blocks = (left + most - 1) / most;
      const int even = (left + blocks - 1) / blocks;
      const bool fits = even <= kSmallBlock || even == most;
      vectors[left] = static_cast<int8_t>(fits ? even : left > most ? most : (left + 1) / 2);
    }
  }
};
template <class T, int R>
constexpr BlockSizes<T, R> block_sizes{};

// Runs Step on `count` panels of R rows, for a block of `vectors` <= N.
template <class T, class Step, int R, int N>
[[gnu::always_inline]] inline void run_block(const typename Step::template Args<T>& args,
                                             const ConvPanel<T>* panels, int count, ptrdiff_t frame,
                                             int vectors) {
  constexpr int less = N - 1 < kSmallBlock ? N - 1 : kSmallBlock;
  if constexpr (less > 0)
    if (vectors < N) return run_block<T, Step, R, less>(args, panels, count, frame, vectors);
  for (int p = 0; p < count; ++p) Step::template run<T, R, N>(args, panels[p], frame);
}

// Runs Step on `count` panels of R rows, for all frames. All panels process one block of time before the next
// block, so that its input is still in the L1 cache.
template <class T, class Step, int R>
void run_rows(const typename Step::template Args<T>& args, const ConvPanel<T>* panels, int count,
              int frames) {
  constexpr int lanes = Vec<T>::lanes;
  const int all = (frames + lanes - 1) / lanes;
  for (int left = all; left > 0;) {
    const int vectors = block_sizes<T, R>.vectors[left];
    run_block<T, Step, R, max_vectors(R)>(args, panels, count, static_cast<ptrdiff_t>(all - left) * lanes,
                                          vectors);
    left -= vectors;
  }
}
template <class T, class Step, int R>
inline void choose_rows(const typename Step::template Args<T>& args, const ConvPanel<T>* panels, int count,
                        int frames) {
  if constexpr (R > 1)
    if (panels->rows < R) return choose_rows<T, Step, R - 1>(args, panels, count, frames);
  run_rows<T, Step, R>(args, panels, count, frames);
}

// Runs Step on all panels and frames of a convolution. Branches choose rows and vectors, and the loops over
// them are inlined: a call through a table for every panel and block took 19 of the 290 cycles that 4 x 3
// vectors of an A1 standard's convolution need (AVX2 on Zen 3).
template <class T, class Step>
inline void run_panels(const typename Step::template Args<T>& args, const ConvArgs<T>& conv) {
  const ConvPanel<T>* const end = conv.panels + conv.panel_count;
  for (const ConvPanel<T>* first = conv.panels; first < end;) {
    const ConvPanel<T>* last = first;
    while (last < end && last->rows == first->rows) ++last;
    choose_rows<T, Step, kMaxPanelRows>(args, first, static_cast<int>(last - first), conv.frames);
    first = last;
  }
}

// The same for the first panel only.
template <class T, class Step>
inline void run_panel(const typename Step::template Args<T>& args, const ConvArgs<T>& conv) {
  choose_rows<T, Step, kMaxPanelRows>(args, conv.panels, 1, conv.frames);
}

}  // namespace
}  // namespace nam_core::detail::kernels
