// The layers of an LSTM, frame by frame; vectors run over the hidden units (format 9.1). A frame is a chain
// of operations that wait for each other: the products with the last hidden state, the gates, the cell, its
// tanh. Therefore the sums of all gates of a unit stay in registers, and layer l computes frame t while layer
// l + 1 computes frame t - 1, which does not depend on it.
#include "kernels/impl/functions.hpp"
#include NAM_KERNEL_VECTORS
#include "kernels/impl/activation.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

// The two functions of the gates; the plugin's approximation makes its sigmoid from its tanh (format D38).
template <bool fast, class T>
inline Vec<T> gate_tanh(Vec<T> v) {
  if constexpr (fast)
    return activate<ActivationKind::Fasttanh>(v, Parameters<T>{});
  else
    return tanh(v);
}
template <bool fast, class T>
inline Vec<T> gate_sigmoid(Vec<T> v) {
  const Vec<T> half = Vec<T>::set(T(0.5));
  if constexpr (fast)
    return (gate_tanh<true>(v * half) + Vec<T>::set(T(1))) * half;
  else
    return sigmoid(v);
}

// A group of N vectors of units from `first` on. Input i is in[i * step]. `before` and `after` are the
// layer's hidden states. A gate sums its bias, the inputs ascending, the hidden units ascending.
template <bool fast, int N, class T>
inline void lstm_group(const LstmLayerArgs<T>& layer, const T* w, const T* in, ptrdiff_t step,
                       const T* before, T* after, int first) {
  using V = Vec<T>;
  V sums[4 * N];  // gates i f g o
#pragma GCC unroll 16
  for (int k = 0; k < 4 * N; ++k) sums[k] = V::load(w + k * V::lanes);
  const auto add_column = [&](const T* value) {
    w += 4 * N * V::lanes;
    const V x = V::set(*value);
#pragma GCC unroll 16
    for (int k = 0; k < 4 * N; ++k) sums[k] = fma(V::load(w + k * V::lanes), x, sums[k]);
  };
  for (int i = 0; i < layer.input_size; ++i) add_column(in + i * step);
  for (int j = 0; j < layer.hidden_size; ++j) add_column(before + j);

  V c[N];
#pragma GCC unroll 4
  for (int n = 0; n < N; ++n) {
    T* cell = layer.cell + first + n * V::lanes;
    const V i = gate_sigmoid<fast>(sums[n]), f = gate_sigmoid<fast>(sums[N + n]);
    c[n] = fma(f, V::load(cell), i * gate_tanh<fast>(sums[2 * N + n]));
    c[n].store(cell);
  }
#pragma GCC unroll 4
  for (int n = 0; n < N; ++n)
    (gate_sigmoid<fast>(sums[3 * N + n]) * gate_tanh<fast>(c[n])).store(after + first + n * V::lanes);
}

// One frame of a layer. gcc keeps more of it in registers if this is a function of its own.
template <bool fast, class T>
[[gnu::noinline]] void lstm_frame(const LstmLayerArgs<T>& layer, const T* in, ptrdiff_t step, const T* before,
                                  T* after) {
  constexpr int lanes = Vec<T>::lanes, group = kLstmVectors * lanes;
  const T* w = layer.weights;
  for (int first = 0; first < layer.padded; first += group) {
    if (layer.padded - first < group)
      lstm_group<fast, 1>(layer, w, in, step, before, after, first);
    else
      lstm_group<fast, kLstmVectors>(layer, w, in, step, before, after, first);
    w += ptrdiff_t{1 + layer.input_size + layer.hidden_size} * 4 * group;
  }
}

// The hidden state before `frame`.
template <class T>
inline T* lstm_hidden(const LstmLayerArgs<T>& layer, int frame) {
  return layer.hidden + ptrdiff_t{frame & layer.row_mask} * layer.padded;
}

template <bool fast, class T>
void lstm_with(const LstmArgs<T>& from) {
  const LstmArgs<T> args = from;  // local, so that gcc does not read it again after every store
  for (int round = 0; round < args.frames + args.layer_count - 1; ++round) {
    const int first = round < args.frames ? 0 : round - args.frames + 1;
    const int end = round < args.layer_count ? round + 1 : args.layer_count;
    for (int l = first; l < end; ++l) {
      const int frame = round - l;
      const LstmLayerArgs<T>& layer = args.layers[l];
      const T* before = lstm_hidden(layer, frame);
      T* after = lstm_hidden(layer, frame + 1);
      if (l == 0)
        lstm_frame<fast>(layer, args.in + frame, args.in_stride, before, after);
      else
        lstm_frame<fast>(layer, lstm_hidden(args.layers[l - 1], frame + 1), 1, before, after);
    }
  }
  for (int l = 0; l < args.layer_count; ++l) {
    const LstmLayerArgs<T>& layer = args.layers[l];
    const T* last = lstm_hidden(layer, args.frames);
    for (int j = 0; j < layer.padded; j += Vec<T>::lanes) Vec<T>::load(last + j).store(layer.hidden + j);
  }
}

template <class T>
inline void run_lstm(const LstmArgs<T>& args) {
  if (args.fast_tanh)
    lstm_with<true>(args);
  else
    lstm_with<false>(args);
}

}  // namespace
}  // namespace nam_core::detail::kernels

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
void lstm(const LstmArgs<float>& args) { run_lstm(args); }
void lstm(const LstmArgs<double>& args) { run_lstm(args); }
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
