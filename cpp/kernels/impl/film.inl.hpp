// FiLM: scale and shift are made from the condition in registers and applied at once (spec section 4).
#pragma once

namespace nam::kernels {
namespace {

// bias + weights * condition, condition rows ascending, as a 1x1 convolution has it.
template <class T>
inline Vec<T> film_term(const T* weights, int inputs, const T* condition, ptrdiff_t stride) {
  using V = Vec<T>;
  V sum = V::set(weights[0]);
  for (int i = 1; i <= inputs; ++i, condition += stride)
    sum = fma(V::set(weights[i]), V::load(condition), sum);
  return sum;
}

template <class T, bool shift>
void film(const FilmArgs<T>& args) {
  using V = Vec<T>;
  const int terms = args.inputs + 1;
  const T* weights = args.weights;
  for (int i = 0; i < args.rows; ++i, weights += shift ? 2 * terms : terms) {
    const FilmRow& from = args.film_rows[i];
    const T* scale_condition = row(args.condition, from.scale_first);
    const T* shift_condition = row(args.condition, from.shift_first);
    const T* in = row(args.in, i);
    T* out = row(args.out, i);
    for (int t = 0; t < args.frames; t += V::lanes) {
      const V x = V::load(in + t);
      const V scale = film_term(weights, args.inputs, scale_condition + t, args.condition.stride);
      if constexpr (shift)
        fma(x, scale, film_term(weights + terms, args.inputs, shift_condition + t, args.condition.stride))
            .store(out + t);
      else
        (x * scale).store(out + t);
    }
  }
}

}  // namespace
}  // namespace nam::kernels
