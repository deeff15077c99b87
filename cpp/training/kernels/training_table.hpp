// The training kernels of one instruction set, in float32. They have a table of their own, so that hosts that
// only play do not carry them.
//
// Signals are planar rows, as everywhere. A "first frame" is passed as the address of that frame. Lengths are
// multiples of kFrameStep, so no kernel needs a loop for remaining frames. Plain data only, as in
// kernel_table.hpp.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "nam_core/activation_kind.hpp"

namespace nam_core::detail::kernels {

// Every register block of every instruction set divides this: 1 to 6 vectors of 1 to 16 values.
inline constexpr int kFrameStep = 96;
// Most rows of a panel of weights; sums over time are stored for this many rows side by side.
inline constexpr int kTrainingPanel = 4;
// A sum over time consists of 16 partial sums, one for each frame number modulo 16, added in a fixed order.
// The bits are therefore the same for every vector length that divides 16.
inline constexpr int kTimeLanes = 16;

// out[r][t] = bias[r] + init[r][t] + sum over terms of weight[r][term] * source[term][t].
struct CombineArgs {
  const float* base;         // source[term][t] is at base + offsets[term] + t
  const ptrdiff_t* offsets;  // one per term
  int32_t terms;
  const float* weights;  // panels of rows, as training_panels cuts them: [panel][term][row]
  const float* bias;     // one per row; null: 0
  const float* init;     // may be `out`; null: 0
  ptrdiff_t init_stride;
  float* out;
  ptrdiff_t out_stride;
  int32_t rows;
  int32_t frames;
};

// sums[panel][column][kTrainingPanel] += sum over t of rows[r][t] * source[column][t].
struct OuterArgs {
  const float* rows;
  ptrdiff_t stride;
  int32_t row_count;
  const float* base;  // source[column][t] is at base + offsets[column] + t
  const ptrdiff_t* offsets;
  int32_t columns;
  int32_t frames;
  float* sums;
};

// With p = f(z): replaces `gradient` by p, and z by gradient * f'(z). For PReLU, slopes[r] += sum over t of
// gradient * min(z, 0).
struct BackwardActivationArgs {
  ActivationKind kind;
  const float* parameters;  // kActivationParameters per row
  float* z;
  ptrdiff_t z_stride;
  float* gradient;
  ptrdiff_t gradient_stride;
  int32_t rows;
  int32_t frames;
  float* slopes;  // null: not needed
};

// One resolution of a short-time Fourier transform of two signals. Frame f consists of the `width` values
// from f * hop on, times `window`; they fill the first of `size` points. Frames lie in the lanes of vectors:
// lane l of group g holds frame 2 * (g / 2 * lanes + l) + g % 2, so a pair of groups holds neighbouring
// frames.
struct StftShape {
  int32_t size;  // a power of two, at least 16
  int32_t width, hop, frames;
  const float* window;    // width
  const float* twiddles;  // size pairs: cos and -sin of a turn by k / size
};

struct AnalyseArgs {
  StftShape shape;
  const float *prediction, *target;  // as many values as the frames cover
  float* scratch;                    // 4 * size * lanes
  float* spectra;  // [group][size / 2 + 1][kSpectrumParts][lanes]; of frames that do not exist: 0
  float* sums;  // by frame: over bins, of (prediction's - target's magnitude)^2; then of target's magnitude^2
};
// For each bin: real and imaginary part of the prediction, and both magnitudes; a vector of each.
inline constexpr int kSpectrumParts = 4;
// A smaller power counts as this power, as in auraloss.
inline constexpr float kLeastPower = 1e-8f;

// Adds to `gradient` the gradient of convergence * distance^2 / 2 + logarithm * |log prediction's magnitude -
// log target's magnitude|, summed over bins and frames.
struct SynthesiseArgs {
  StftShape shape;
  const float* spectra;
  float convergence, logarithm;
  float* scratch;   // 4 * size * lanes
  float* gradient;  // as many values as the frames cover
};

struct TrainingTable {
  int32_t lanes;
  void (*combine)(const CombineArgs&);
  void (*outer)(const OuterArgs&);
  void (*backward_activation)(const BackwardActivationArgs&);
  void (*analyse)(const AnalyseArgs&);
  void (*synthesise)(const SynthesiseArgs&);
};

}  // namespace nam_core::detail::kernels
