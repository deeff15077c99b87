// The kernels of one instruction set: a table of function pointers per precision.
//
// Plain data only, no functions: the units of kernels/impl include this header and must not emit weak symbols
// (tests/codebase/test_symbols.py). Every kernel may read and write its rows up to the next multiple of the
// widest vector past `frames`; rows never overlap unless a field says so.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "nam_core/activation_kind.hpp"

namespace nam_core::detail::kernels {

// Most frames that a kernel processes at a time; longer blocks are split. 128 frames of 16 channels in
// float32 are 8 KiB, a quarter of a 32-KiB L1 cache (64 and 256 frames were equal or slower).
inline constexpr int kTile = 128;

// Planar rows: row i starts at data + i * stride.
template <class T>
struct Rows {
  T* data;
  ptrdiff_t stride;
};
template <class T>
struct ConstRows {
  const T* data;
  ptrdiff_t stride;
};

// Model part that a call belongs to; used only by the profiler (measuring/profile.hpp). Convolutions store
// theirs when the model is built; for other kernels it follows from the kernel.
enum class Part : int32_t {
  rechannel,
  conv,  // dilated, with the input mixin unless a FiLM prevents one sum
  input_mixin,
  activation,
  gating,
  film,
  layer1x1,
  head1x1,
  sums,
  head_rechannel,
  head_scale,
  post_stack_head,
  head,  // of an LSTM or a ConvNet
  lstm,
  history,
  transform,  // of a long response: between time and frequency
  spectra,    // of a long response: products of spectra
};
inline constexpr int kParts = 17;

// A few output rows of a convolution that are computed together, and the input rows they read.
template <class T>
struct ConvPanel {
  const T*
      weights;    // [term][row]: terms are the mixin rows, then taps oldest to newest x input rows ascending
  int32_t first;  // first output row
  int32_t rows;   // 1 .. KernelTable::max_panel_rows
  int32_t mixin_first, mixin_rows;  // condition rows read (rows 0: no mixin)
  int32_t in_first, in_rows;        // input rows read by every tap
};

// out[o][t] = bias[o] + sum of mixin terms + sum of tap terms (+ residual[o][t]), one fma per term in panel
// order. `residual` may be `out` itself.
template <class T>
struct ConvArgs {
  const ConvPanel<T>* panels;
  int32_t panel_count;
  const T* bias;
  ConstRows<T> residual;  // data null: none
  ConstRows<T> mixin;     // data null: none
  const T* taps;          // row 0 of the oldest tap, at the time of frame 0 of the output
  int32_t tap_count;
  ptrdiff_t tap_step;    // from one tap to the next
  ptrdiff_t tap_stride;  // from one input row to the next
  Rows<T> out;
  int32_t frames;
  Part part;
};

// Parameters that a row of an activation has room for; how many it uses, NAM_CORE_ACTIVATIONS says.
inline constexpr int kActivationParameters = 4;

// out = f(in), row by row; with `sum`, also sum += out. `in` may be `out`.
template <class T>
struct ActivationArgs {
  ActivationKind kind;
  const T* parameters;  // kActivationParameters per row
  ConstRows<T> in;
  Rows<T> out;
  Rows<T> sum;  // data null: none
  int32_t rows;
  int32_t frames;
};

// Where a layer of a WaveNet reads and writes outside its own memory (format 4.1).
template <class T>
struct LayerSignals {
  ConstRows<T> condition;
  Rows<T> residual_in;   // h
  Rows<T> residual_out;  // next h; data null: not written
  Rows<T> head_sum;
};

// A plain layer: head sum += p with p = f(conv), f Tanh or LeakyReLU. If layer1x1 is set, also writes
// residual_out = layer1x1(p) + residual_in, from layer1x1's weights alone. Both convolutions then have the
// same panels: one (p stays in registers), or several of equal height above half of
// KernelTable::max_panel_rows (conv->out is scratch). If layer1x1 is null, p goes to conv->out, unless that
// is null.
template <class T>
struct LayerArgs {
  const ConvArgs<T>* conv;
  const ConvArgs<T>* layer1x1;
  ActivationKind activation;
  const T* parameters;
  const LayerSignals<T>* signals;
};

// out = a op b (op c); any input may be `out`.
template <class T>
struct ElementwiseArgs {
  ConstRows<T> a, b, c;
  Rows<T> out;
  int32_t rows;
  int32_t frames;
};

// One row of a FiLM: scale and shift are each bias + weights * condition rows from `*_first` on. Weights lie
// in FilmArgs::weights, row after row: scale bias, scale weights, and with a shift the same for it.
struct FilmRow {
  int32_t scale_first, shift_first;
};

// out = in * scale (+ shift); `in` may be `out`.
template <class T>
struct FilmArgs {
  bool shift;
  const FilmRow* film_rows;
  const T* weights;
  int32_t inputs;  // condition rows that one row of the FiLM reads
  ConstRows<T> condition, in;
  Rows<T> out;
  int32_t rows;
  int32_t frames;
};

// One LSTM layer over a run of frames (format 9.1). Vectors run over the hidden units.
template <class T>
struct LstmArgs {
  bool fast_tanh;    // the plugin's approximation in all gates, instead of the exact tanh and sigmoid
  const T* weights;  // [input_size + hidden_size][4][padded]: columns, gates i f g o
  const T* bias;     // [4][padded]
  const T* in;       // frame t's input at in + t * in_stride, input_size values
  ptrdiff_t in_stride;
  int32_t input_size, hidden_size, padded;  // padded: hidden_size up to a multiple of the lanes
  T* gates;                                 // scratch, 4 * padded
  T* hidden;                                // padded, updated
  T* cell;                                  // padded, updated
  T* out;                                   // frame t's hidden state goes to out + t * padded
  int32_t frames;
};

// Frequency bins that lie side by side in a spectrum: 16 real parts, then their 16 imaginary parts. Every
// vector divides it.
inline constexpr int kBins = 16;

// The passes of a transform: with a set of twiddles per block; with one per column; and the last one, which
// is forward one per column into a spectrum, and backward one per block of which the imaginary parts are
// kept.
enum class PassForm : int32_t { by_block, by_column, last };

// Some butterflies of one pass of a transform (docs/numerics.md). Each takes four complex values, `quarter`
// apart, and puts four there. kBins of them lie side by side in memory and are counted as one.
template <class T>
struct PassArgs {
  PassForm form;
  const T *in_re, *in_im;
  T *out_re, *out_im;  // may be the input's
  const T* twiddles;   // s, s^2, s^3, real and imaginary part each: [block][6], or [block][6][columns]
  ptrdiff_t quarter;
  ptrdiff_t columns;    // after so many butterflies the twiddles of columns come again
  ptrdiff_t bins_step;  // from kBins bins of a spectrum, at out_re, to the next ones
  int32_t first, last;
};

// out[c * out_row + r] = in[r * in_row + c] for squares of kBins rows and columns, square after square.
template <class T>
struct TurnArgs {
  const T* in;
  T* out;
  ptrdiff_t in_row, in_square, out_row, out_square;
  int32_t first, last;  // squares
};

// The spectrum of an output block: the sum over inputs and partitions of a partition's spectrum times that of
// the input window as many blocks ago, kBins bins at a time. Windows are in a ring, newest first from slot
// `newest` on, and only the newest `heard` of them are; all those before were `rest`.
template <class T>
struct SpectraArgs {
  const T *windows, *rest, *response;  // [input][bins][slot, none or partition][re, im][kBins]
  ptrdiff_t windows_step, rest_step;   // from one input to the next; of the response as of the windows
  int32_t inputs, partitions, newest, heard;
  T *out_re, *out_im;
  int32_t first, last;  // kBins bins each
};

template <class T>
struct KernelTable {
  int32_t lanes;           // values of T in one vector
  int32_t max_panel_rows;  // most output rows per ConvPanel
  void (*conv)(const ConvArgs<T>&);
  void (*activation)(const ActivationArgs<T>&);
  void (*layer)(const LayerArgs<T>&);       // null in float64: see kFusesLayers
  void (*copy)(const ElementwiseArgs<T>&);  // a, in whole vectors, so also some values past the last frame
  void (*add)(const ElementwiseArgs<T>&);   // a + b
  void (*multiply)(const ElementwiseArgs<T>&);  // a * b
  void (*blend)(const ElementwiseArgs<T>&);     // a * b + (1 - a) * c
  void (*film)(const FilmArgs<T>&);
  void (*lstm)(const LstmArgs<T>&);
  void (*forward)(const PassArgs<T>&);
  void (*backward)(const PassArgs<T>&);
  void (*turn)(const TurnArgs<T>&);
  void (*spectra)(const SpectraArgs<T>&);
  // The processor's limit, for benchmarks: `rounds` times kSaturatingMacs multiply-adds per lane, on
  // registers only. Writes one result to `kept`, so that the compiler cannot drop them.
  void (*saturate)(int64_t rounds, T* kept);
};
inline constexpr int kSaturatingMacs = 12;

// Whether there is a kernel for whole layers: models in float64 take the kernels one by one.
template <class T>
inline constexpr bool kFusesLayers = sizeof(T) == sizeof(float);

}  // namespace nam_core::detail::kernels
