// The kernels of one instruction set: a table of function pointers per precision.
//
// This header holds plain data and no functions, because the units of kernels/impl include it and must not
// emit weak symbols (tests/codebase/test_symbols.py). Every kernel may read and write its rows up to the next
// multiple of the widest vector past `frames`; rows never overlap unless a field says so.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "nam_core/activation_kind.hpp"

namespace nam_core::detail::kernels {

// The most frames that a kernel processes at a time; longer blocks are split. 128 frames of 16 channels in
// float32 are 8 KiB, a quarter of a 32-KiB L1 cache (tiles of 64 and of 256 frames were no faster).
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

// The part of a model that the call of a kernel belongs to. Only the profiler reads it
// (measuring/profile.hpp). A convolution stores its part when the model is built; for any other kernel, the
// part follows from the kernel.
enum class Part : int32_t {
  rechannel,
  conv,  // dilated; with the input mixin, unless a FiLM acts on one of the two alone
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
  const T* weights;  // [term][row]. Terms: the mixin rows, then the input rows of each tap, oldest tap first
  int32_t first;     // first output row
  int32_t rows;      // 1 .. KernelTable::max_panel_rows
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

// Every row of an activation has room for this many parameters; NAM_CORE_ACTIVATIONS says how many it uses.
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

// A plain layer adds p = f(conv) to the head sum; f is Tanh or LeakyReLU. If layer1x1 is set, the kernel also
// writes residual_out = layer1x1(p) + residual_in; of layer1x1 it reads the bias and the panels only. Both
// convolutions then have the same panels. With one panel, p stays in registers. With several, all have the
// same number of rows, more than half of KernelTable::max_panel_rows, and conv->out is scratch memory. If
// layer1x1 is null, p goes to conv->out, unless conv->out is null.
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

// One row of a FiLM. Its scale is a bias plus weights times the condition's rows from `scale_first` on; its
// shift likewise, from `shift_first` on. FilmArgs::weights holds, row after row, the bias and the weights of
// the scale and, if there is a shift, the bias and the weights of the shift.
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

// Vectors of hidden units that an LSTM computes together, a group. The last group may have fewer.
inline constexpr int kLstmVectors = 2;

// One layer of an LSTM. Frame t reads row t & row_mask of the hidden states and writes row (t + 1) &
// row_mask: two rows in turn, or one row after the other. At the end, the last row that was written is copied
// to row 0.
template <class T>
struct LstmLayerArgs {
  const T* weights;  // [group][1 + input_size + hidden_size][4][units]: bias and columns, gates i f g o
  int32_t input_size, hidden_size, padded;  // padded: hidden_size up to a multiple of the lanes
  int32_t row_mask;                         // 1, or -1 for frames + 1 rows
  T* hidden;                                // [rows][padded]
  T* cell;                                  // padded, updated
};

// All layers of an LSTM over consecutive frames (format 9.1). Vectors run over the hidden units.
template <class T>
struct LstmArgs {
  bool fast_tanh;  // the plugin's approximation in all gates, instead of the exact tanh and sigmoid
  const LstmLayerArgs<T>* layers;
  int32_t layer_count;
  const T* in;  // value i of frame t at in + i * in_stride + t, the first layer's input_size values
  ptrdiff_t in_stride;
  int32_t frames;
};

// Frequency bins that lie side by side in a spectrum: 16 real parts, then the 16 imaginary parts of the same
// bins. 16 is a multiple of the lanes of every vector.
inline constexpr int kBins = 16;

// The forms of a pass of a transform. by_block reads one set of twiddles per block, by_column one per column.
// last is the last pass: forward, it reads one set per column and writes a spectrum; backward, it reads one
// set per block and writes imaginary parts only.
enum class PassForm : int32_t { by_block, by_column, last };

// A range of butterflies of one pass of a transform (docs/numerics.md). A butterfly reads four complex values
// that lie `quarter` apart, and writes four to the same places. `first` and `last` count groups of kBins
// butterflies, which lie side by side in memory.
template <class T>
struct PassArgs {
  PassForm form;
  const T *in_re, *in_im;
  T *out_re, *out_im;  // may be the input's
  const T* twiddles;   // s, s^2, s^3, real and imaginary part each: [block][6], or [block][6][columns]
  ptrdiff_t quarter;
  ptrdiff_t columns;    // the twiddles of columns repeat after this many butterflies
  ptrdiff_t bins_step;  // from one group of kBins bins of the spectrum at out_re to the next
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

// The spectrum of an output block: the sum, over inputs and partitions, of the spectrum of partition p times
// the spectrum of the input window of p blocks ago. The windows are in a ring of `partitions` slots: the
// newest in slot `newest`, the one before it in the next slot, and so on. The ring holds the newest `heard`
// windows; every earlier window had the spectrum `rest`.
template <class T>
struct SpectraArgs {
  const T *windows, *rest, *response;  // [input][bins][slot, nothing or partition][re, im][kBins]
  ptrdiff_t windows_step, rest_step;   // from one input to the next; the response has windows_step
  int32_t inputs, partitions, newest, heard;
  T *out_re, *out_im;
  int32_t first, last;  // groups of kBins bins
};

template <class T>
struct KernelTable {
  int32_t lanes;           // values of T in one vector
  int32_t max_panel_rows;  // most output rows per ConvPanel
  void (*conv)(const ConvArgs<T>&);
  void (*activation)(const ActivationArgs<T>&);
  void (*layer)(const LayerArgs<T>&);           // null in float64: see kFusesLayers
  void (*copy)(const ElementwiseArgs<T>&);      // a, in whole vectors: also values past the last frame
  void (*add)(const ElementwiseArgs<T>&);       // a + b
  void (*multiply)(const ElementwiseArgs<T>&);  // a * b
  void (*blend)(const ElementwiseArgs<T>&);     // a * b + (1 - a) * c
  void (*film)(const FilmArgs<T>&);
  void (*lstm)(const LstmArgs<T>&);
  void (*forward)(const PassArgs<T>&);
  void (*backward)(const PassArgs<T>&);
  void (*turn)(const TurnArgs<T>&);
  void (*spectra)(const SpectraArgs<T>&);
  // For benchmarks, the processor's limit: `rounds` times kSaturatingMacs multiply-adds per lane, on
  // registers only. Writes one result to `kept`, so that the compiler cannot leave the multiply-adds out.
  void (*saturate)(int64_t rounds, T* kept);
};
inline constexpr int kSaturatingMacs = 12;

// Whether there is a kernel for whole layers. There is none in float64, where a layer calls a kernel for each
// of its steps.
template <class T>
inline constexpr bool kFusesLayers = sizeof(T) == sizeof(float);

}  // namespace nam_core::detail::kernels
