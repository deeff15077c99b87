// One LSTM layer, frame by frame; vectors run over the hidden units (format 9.1).
#include "kernels/impl/functions.hpp"
#include NAM_KERNEL_VECTORS
#include "kernels/impl/activation.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

// N vectors of gate pre-activations from vector `first` on: bias, inputs ascending, hidden units ascending.
template <class T, int N>
inline void lstm_gates(const LstmArgs<T>& args, const T* in, int first) {
  using V = Vec<T>;
  const ptrdiff_t column = 4 * static_cast<ptrdiff_t>(args.padded);
  const ptrdiff_t offset = static_cast<ptrdiff_t>(first) * V::lanes;
  V acc[N];
#pragma GCC unroll 8
  for (int n = 0; n < N; ++n) acc[n] = V::load(args.bias + offset + n * V::lanes);
  const T* w = args.weights + offset;
  for (int i = 0; i < args.input_size; ++i, w += column)
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) acc[n] = fma(V::load(w + n * V::lanes), V::set(in[i]), acc[n]);
  for (int i = 0; i < args.hidden_size; ++i, w += column)
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) acc[n] = fma(V::load(w + n * V::lanes), V::set(args.hidden[i]), acc[n]);
#pragma GCC unroll 8
  for (int n = 0; n < N; ++n) acc[n].store(args.gates + offset + n * V::lanes);
}

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

template <bool fast, class T>
void lstm_with(const LstmArgs<T>& from) {
  const LstmArgs<T> args = from;  // local, so that gcc does not read it again after every store
  using V = Vec<T>;
  const int padded = args.padded;
  const int vectors = 4 * padded / V::lanes;  // a multiple of 4
  for (int t = 0; t < args.frames; ++t) {
    const T* in = args.in + t * args.in_stride;
    int v = 0;
    for (; v + 8 <= vectors; v += 8) lstm_gates<T, 8>(args, in, v);
    if (v < vectors) lstm_gates<T, 4>(args, in, v);
    T* out = args.out + static_cast<ptrdiff_t>(t) * padded;
    for (int j = 0; j < padded; j += V::lanes) {
      const V i = gate_sigmoid<fast>(V::load(args.gates + j));
      const V f = gate_sigmoid<fast>(V::load(args.gates + padded + j));
      const V g = gate_tanh<fast>(V::load(args.gates + 2 * padded + j));
      const V o = gate_sigmoid<fast>(V::load(args.gates + 3 * padded + j));
      const V c = fma(f, V::load(args.cell + j), i * g);
      const V h = o * gate_tanh<fast>(c);
      c.store(args.cell + j);
      h.store(args.hidden + j);
      h.store(out + j);
    }
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
