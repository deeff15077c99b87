// The passes of a complex transform of 4^k points, in planar form (docs/numerics.md: "Long responses").
//
// Vectors run over butterflies that lie side by side, so each value is made by the same operations whatever
// its lane. In the last two passes the values of a butterfly would lie within one vector, so `turn`
// transposes them first.
#include "kernels/impl/functions.hpp"
#include NAM_KERNEL_VECTORS

namespace nam_core::detail::kernels {
namespace {

template <class T>
struct Complex {
  Vec<T> re, im;
};
template <class T>
inline Complex<T> operator+(Complex<T> a, Complex<T> b) {
  return {a.re + b.re, a.im + b.im};
}
template <class T>
inline Complex<T> operator-(Complex<T> a, Complex<T> b) {
  return {a.re - b.re, a.im - b.im};
}
// a * b
template <class T>
inline Complex<T> times(Complex<T> a, Complex<T> b) {
  return {fnma(a.im, b.im, a.re * b.re), fma(a.im, b.re, a.re * b.im)};
}
// conj(a) * b
template <class T>
inline Complex<T> conj_times(Complex<T> a, Complex<T> b) {
  return {fma(a.im, b.im, a.re * b.re), fnma(a.im, b.re, a.re * b.im)};
}
// a + i b and a - i b
template <class T>
inline Complex<T> plus_i(Complex<T> a, Complex<T> b) {
  return {a.re - b.im, a.im + b.re};
}
template <class T>
inline Complex<T> minus_i(Complex<T> a, Complex<T> b) {
  return {a.re + b.im, a.im - b.re};
}

template <class T>
struct TwiddleSet {
  Complex<T> power[3];  // s, s^2, s^3
};
enum class Twiddles { of_block, of_column };

template <Twiddles twiddles, class T>
inline TwiddleSet<T> load_twiddles(const T* at, ptrdiff_t columns) {
  TwiddleSet<T> set;
#pragma GCC unroll 3
  for (int n = 0; n < 3; ++n)
    if constexpr (twiddles == Twiddles::of_block)
      set.power[n] = {Vec<T>::set(at[2 * n]), Vec<T>::set(at[2 * n + 1])};
    else
      set.power[n] = {Vec<T>::load(at + 2 * n * columns), Vec<T>::load(at + (2 * n + 1) * columns)};
  return set;
}

// planes: as the input. spectrum: kBins real parts, then kBins imaginary ones, at out_re. imaginary: the
// imaginary parts only.
enum class Output { planes, spectrum, imaginary };

template <Output output, class T>
inline void store(const PassArgs<T>& args, ptrdiff_t at, Complex<T> z) {
  if constexpr (output == Output::spectrum) {
    T* bins = args.out_re + at / kBins * args.bins_step + at % kBins;
    z.re.store(bins);
    z.im.store(bins + kBins);
  } else {
    if constexpr (output == Output::planes) z.re.store(args.out_re + at);
    z.im.store(args.out_im + at);
  }
}

// Calls butterfly(position of its first value, twiddles) for every vector of butterflies.
template <Twiddles twiddles, class T, class Butterfly>
inline void each_butterfly(const PassArgs<T>& args, Butterfly butterfly) {
  const ptrdiff_t end = static_cast<ptrdiff_t>(args.last) * kBins;
  for (ptrdiff_t start = static_cast<ptrdiff_t>(args.first) * kBins; start < end;) {
    const ptrdiff_t block = start / args.quarter, offset = start % args.quarter;
    const ptrdiff_t at = block * 4 * args.quarter + offset;
    if constexpr (twiddles == Twiddles::of_block) {
      const ptrdiff_t left = args.quarter - offset;
      const ptrdiff_t count = left < end - start ? left : end - start;
      const TwiddleSet<T> set = load_twiddles<twiddles>(args.twiddles + block * 6, 0);
      for (ptrdiff_t i = 0; i < count; i += Vec<T>::lanes) butterfly(at + i, set);
      start += count;
    } else {
      const ptrdiff_t column = offset % args.columns, left = args.columns - column;
      const ptrdiff_t count = left < end - start ? left : end - start;
      const T* from = args.twiddles + block * 6 * args.columns + column;
      for (ptrdiff_t i = 0; i < count; i += Vec<T>::lanes)
        butterfly(at + i, load_twiddles<twiddles>(from + i, args.columns));
      start += count;
    }
  }
}

// Replaces four coefficients a, b, c, d of a polynomial by its remainders modulo four factors. With s the
// fourth root of the block's root, they are a + b v + c v^2 + d v^3 at v = s, i s, -s, -i s.
template <class T, Twiddles twiddles, Output output>
inline void forward_pass(const PassArgs<T>& from) {
  const PassArgs<T> args = from;  // local, so that gcc does not read it again after every store
  each_butterfly<twiddles>(args, [&](ptrdiff_t at, const TwiddleSet<T>& s) {
    const auto load = [&](int n) -> Complex<T> {
      const ptrdiff_t i = at + n * args.quarter;
      return {Vec<T>::load(args.in_re + i), Vec<T>::load(args.in_im + i)};
    };
    const Complex<T> a = load(0), b = times(s.power[0], load(1)), c = times(s.power[1], load(2)),
                     d = times(s.power[2], load(3));
    const Complex<T> even = a + c, odd = a - c, sum = b + d, difference = b - d;
    store<output>(args, at, even + sum);
    store<output>(args, at + args.quarter, plus_i(odd, difference));
    store<output>(args, at + 2 * args.quarter, even - sum);
    store<output>(args, at + 3 * args.quarter, minus_i(odd, difference));
  });
}

// The inverse of forward_pass, times 4.
template <class T, Twiddles twiddles, Output output>
inline void backward_pass(const PassArgs<T>& from) {
  const PassArgs<T> args = from;
  each_butterfly<twiddles>(args, [&](ptrdiff_t at, const TwiddleSet<T>& s) {
    const auto load = [&](int n) -> Complex<T> {
      const ptrdiff_t i = at + n * args.quarter;
      return {Vec<T>::load(args.in_re + i), Vec<T>::load(args.in_im + i)};
    };
    const Complex<T> p = load(0), q = load(1), r = load(2), t = load(3);
    const Complex<T> even = p + r, odd = p - r, sum = q + t, difference = q - t;
    store<output>(args, at, even + sum);
    store<output>(args, at + args.quarter, conj_times(s.power[0], minus_i(odd, difference)));
    store<output>(args, at + 2 * args.quarter, conj_times(s.power[1], even - sum));
    store<output>(args, at + 3 * args.quarter, conj_times(s.power[2], plus_i(odd, difference)));
  });
}

template <class T>
inline void turn_squares(const TurnArgs<T>& from) {
  const TurnArgs<T> args = from;
  for (int32_t square = args.first; square < args.last; ++square) {
    const T* in = args.in + square * args.in_square;
    T* out = args.out + square * args.out_square;
    for (int c = 0; c < kBins; ++c, out += args.out_row)
      for (int r = 0; r < kBins; ++r) out[r] = in[r * args.in_row + c];
  }
}

template <class T>
inline void run_forward(const PassArgs<T>& args) {
  switch (args.form) {
    case PassForm::by_block:
      return forward_pass<T, Twiddles::of_block, Output::planes>(args);
    case PassForm::by_column:
      return forward_pass<T, Twiddles::of_column, Output::planes>(args);
    case PassForm::last:
      return forward_pass<T, Twiddles::of_column, Output::spectrum>(args);
  }
}
template <class T>
inline void run_backward(const PassArgs<T>& args) {
  switch (args.form) {
    case PassForm::by_block:
      return backward_pass<T, Twiddles::of_block, Output::planes>(args);
    case PassForm::by_column:
      return backward_pass<T, Twiddles::of_column, Output::planes>(args);
    case PassForm::last:
      return backward_pass<T, Twiddles::of_block, Output::imaginary>(args);
  }
}

}  // namespace
}  // namespace nam_core::detail::kernels

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
void forward(const PassArgs<float>& args) { run_forward(args); }
void forward(const PassArgs<double>& args) { run_forward(args); }
void backward(const PassArgs<float>& args) { run_backward(args); }
void backward(const PassArgs<double>& args) { run_backward(args); }
void turn(const TurnArgs<float>& args) { turn_squares(args); }
void turn(const TurnArgs<double>& args) { turn_squares(args); }
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
