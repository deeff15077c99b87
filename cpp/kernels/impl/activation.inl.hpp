// The activation functions, one vector at a time.
#pragma once

#include "kernels/impl/math.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

// Parameters of one row (KernelTable's kActivationParameters), broadcast.
template <class T>
struct Parameters {
  Vec<T> p[kActivationParameters];
};

template <ActivationKind kind, class T>
inline Parameters<T> load_parameters(const T* parameters, int row) {
  Parameters<T> with;
  constexpr int used = kParametersOf[static_cast<int>(kind)];
#pragma GCC unroll 4
  for (int j = 0; j < used; ++j) with.p[j] = Vec<T>::set(parameters[row * kActivationParameters + j]);
  return with;
}

template <ActivationKind kind, class T>
inline Vec<T> activate(Vec<T> v, const Parameters<T>& with) {
  using V = Vec<T>;
  using K = ActivationKind;
  const V zero = V::set(T(0)), one = V::set(T(1));
  if constexpr (kind == K::Tanh) return tanh(v);
  if constexpr (kind == K::ReLU) return select_greater(v, zero, v, zero);
  // Two operations. PReLU's formula has three, which take 2.6 % more of A2 full (AVX2 and AVX-512 on Zen 4).
  if constexpr (kind == K::LeakyReLU) return larger(with.p[0] * v, v);
  if constexpr (kind == K::PReLU) return select_greater(v, zero, v, with.p[0] * v);
  if constexpr (kind == K::Sigmoid) return sigmoid(v);
  if constexpr (kind == K::SiLU) return v / one_plus_exp_minus(v);
  if constexpr (kind == K::Hardswish) return v * clamp(v + V::set(T(3)), T(0), T(6)) / V::set(T(6));
  if constexpr (kind == K::LeakyHardtanh) {
    const V low = with.p[0], high = with.p[1];
    const V below = fma(v - low, with.p[2], low), above = fma(v - high, with.p[3], high);
    return select_greater(low, v, below, select_greater(v, high, above, v));
  }
  if constexpr (kind == K::Softsign) return v / (one + abs(v));
  if constexpr (kind == K::Softsigmoid) return fma(v / (one + abs(v)), V::set(T(0.5)), V::set(T(0.5)));
  if constexpr (kind == K::Fasttanh) {
    // The plugin's rational approximation (format 3).
    const V a = abs(v), u = v * v;
    const V c = V::set(T(2.45550750702956));
    const V numerator =
        v * fma(fma(V::set(T(0.821226666969744)), a, V::set(T(0.893229853513558))), u, fma(c, a, c));
    const V d = V::set(T(2.44506634652299));
    const V denominator = fma(d + u, abs(fma(V::set(T(0.814642734961073)) * v, a, v)), d);
    return numerator / denominator;
  }
}

// The derivative f'(z) for training, where p = f(z).
template <ActivationKind kind>
inline Vec<float> derivative(Vec<float> z, Vec<float> p, const Parameters<float>& with) {
  using V = Vec<float>;
  using K = ActivationKind;
  const V zero = V::set(0.0f), one = V::set(1.0f);
  if constexpr (kind == K::Tanh) {
    return fnma(p, p, one);
  } else if constexpr (kind == K::ReLU) {
    return select_greater(z, zero, one, zero);
  } else if constexpr (kind == K::LeakyReLU || kind == K::PReLU) {
    return select_greater(z, zero, one, with.p[0]);
  } else if constexpr (kind == K::Sigmoid) {
    return fnma(p, p, p);
  } else if constexpr (kind == K::SiLU) {
    const V s = sigmoid(z);
    return fma(p, one - s, s);
  } else if constexpr (kind == K::Hardswish) {
    const V inner = fma(z, V::set(1.0f / 3.0f), V::set(0.5f));
    return select_greater(z, V::set(3.0f), one, select_greater(V::set(-3.0f), z, zero, inner));
  } else if constexpr (kind == K::LeakyHardtanh) {
    return select_greater(with.p[0], z, with.p[2], select_greater(z, with.p[1], with.p[3], one));
  } else if constexpr (kind == K::Softsign || kind == K::Softsigmoid) {
    const V d = one + abs(z);
    return V::set(kind == K::Softsign ? 1.0f : 0.5f) / (d * d);
  } else {
    static_assert(kind == K::Tanh, "this activation has no derivative");
  }
}

}  // namespace
}  // namespace nam_core::detail::kernels
