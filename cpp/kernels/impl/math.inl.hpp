// tanh, exp and the sigmoid family from add, multiply, fma, divide and compare only, so that every
// instruction set with FMA gives the same bits. Derivation, coefficients and error bounds: docs/numerics.md.
#pragma once

namespace nam_core::detail::kernels {
namespace {

// Constants of the exponential. Adding `magic` (1.5 * 2^mantissa bits, plus the exponent bias) rounds to an
// integer n and leaves n plus the bias in the low mantissa bits, which become the exponent field of 2^n. ln2
// is split so that n * ln2_hi is exact.
template <class T>
struct Exp;
template <>
struct Exp<float> {
  static constexpr float magic = 12582912.0f + 127.0f;
  static constexpr float log2e = 1.44269504088896341f;
  static constexpr float ln2_hi = 0.693145751953125f;
  static constexpr float ln2_lo = 1.42860682030941723e-6f;
  static constexpr float limit = 87.0f;  // e^87 and e^-87 are normal numbers
  // (e^r - 1 - r) / r^2 for |r| <= ln2 / 2, highest power first
  static constexpr float tail[] = {0.00139464962f, 0.00836661085f, 0.0416662805f, 0.166665435f, 0.5f};
};
template <>
struct Exp<double> {
  static constexpr double magic = 6755399441055744.0 + 1023.0;
  static constexpr double log2e = 1.44269504088896340736;
  static constexpr double ln2_hi = 0.693147180369123816490;
  static constexpr double ln2_lo = 1.90821492927058770002e-10;
  static constexpr double limit = 708.0;
  static constexpr double tail[] = {2.0921627266645781e-09,
                                    2.5105260078061172e-08,
                                    2.7557252799752501e-07,
                                    2.7557255296501379e-06,
                                    2.4801587347456775e-05,
                                    0.00019841269874902598,
                                    0.0013888888888874348,
                                    0.0083333333333261116,
                                    0.041666666666666685,
                                    0.16666666666666671,
                                    0.5};
};

template <class T, int N>
inline Vec<T> polynomial(Vec<T> x, const T (&coefficients)[N]) {
  Vec<T> sum = Vec<T>::set(coefficients[0]);
#pragma GCC unroll 16
  for (int i = 1; i < N; ++i) sum = fma(sum, x, Vec<T>::set(coefficients[i]));
  return sum;
}

// e^x = scale * (1 + minus_one) with scale a power of two and |minus_one| < 0.42; |x| <= Exp<T>::limit.
template <class T>
struct SplitExp {
  Vec<T> scale, minus_one;
};
template <class T>
inline SplitExp<T> split_exp(Vec<T> x) {
  using V = Vec<T>;
  using E = Exp<T>;
  const V magic = V::set(E::magic);
  const V shifted = fma(x, V::set(E::log2e), magic);
  const V n = shifted - magic;
  const V r = fnma(n, V::set(E::ln2_lo), fnma(n, V::set(E::ln2_hi), x));
  return {mantissa_to_exponent(shifted), fma(r * r, polynomial(r, E::tail), r)};
}

template <class T>
inline Vec<T> clamp(Vec<T> x, T low, T high) {
  return min(max(x, Vec<T>::set(low)), Vec<T>::set(high));
}
// Limits x to -limit .. limit. An instruction set that can do this in one operation has an overload beside
// its vectors, which calls prefer to this template.
template <class T>
inline Vec<T> within(Vec<T> x, T limit) {
  return clamp(x, -limit, limit);
}

// max(a, b) where either both are NaN or none is, and where two zeros have the same sign. An instruction set
// whose own maximum differs from max in the other cases has an overload beside its vectors.
template <class T>
inline Vec<T> larger(Vec<T> a, Vec<T> b) {
  return max(a, b);
}

// (e^2x - 1) / (e^2x + 1). With e^2x = 2^n 2^f, numerator and denominator are divided by 2^n. Where x is
// clamped, the result is -1, or one ulp below 1.
inline Vec<float> tanh(Vec<float> x) {
  using V = Vec<float>;
  constexpr float two_log2e = 2.88539008177792681f;
  // (2^f - 1) / f for |f| <= 1/2, highest power first
  constexpr float p[] = {0.000154700014f, 0.00133910973f, 0.00961802993f,
                         0.0555035658f,   0.240226507f,   0.693147182f};
  const V c = within(x, 9.01f);
  const V magic = V::set(Exp<float>::magic + 1.0f);
  const V shifted = fnma(c, V::set(two_log2e), magic);
  const V f = fma(c, V::set(two_log2e), shifted - magic);
  const V twice = mantissa_to_exponent(shifted);  // 2 * 2^-n
  const V numerator = fma(f, polynomial(f, p), fma(twice, V::set(-0.5f), V::set(1.0f)));
  return numerator / (numerator + twice);
}
inline Vec<double> tanh(Vec<double> x) {
  using V = Vec<double>;
  const V c = within(x, 20.0);
  const SplitExp<double> e = split_exp(c + c);
  const V em1 = fma(e.scale, e.minus_one, e.scale - V::set(1.0));
  return em1 / (em1 + V::set(2.0));
}

// 1 + e^-x
template <class T>
inline Vec<T> one_plus_exp_minus(Vec<T> x) {
  const SplitExp<T> e = split_exp(Vec<T>::set(T(0)) - within(x, Exp<T>::limit));
  return Vec<T>::set(T(1)) + fma(e.scale, e.minus_one, e.scale);
}
template <class T>
inline Vec<T> sigmoid(Vec<T> x) {
  return Vec<T>::set(T(1)) / one_plus_exp_minus(x);
}

}  // namespace
}  // namespace nam_core::detail::kernels
