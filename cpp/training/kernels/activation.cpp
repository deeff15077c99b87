// Activations in the backward pass: they recompute the value, and give the gradient of their input.
#include "training/kernels/functions.hpp"
#include NAM_KERNEL_VECTORS
#include "kernels/impl/activation.inl.hpp"
#include "training/kernels/time_sums.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

// f'(z), where p = f(z).
template <ActivationKind kind>
inline Vec<float> derivative(Vec<float> z, Vec<float> p, const Parameters<float>& with) {
  using V = Vec<float>;
  using K = ActivationKind;
  const V zero = V::set(0.0f), one = V::set(1.0f);
  if constexpr (kind == K::Tanh) return fnma(p, p, one);
  if constexpr (kind == K::ReLU) return select_greater(z, zero, one, zero);
  if constexpr (kind == K::LeakyReLU || kind == K::PReLU) return select_greater(z, zero, one, with.p[0]);
  if constexpr (kind == K::Sigmoid) return fnma(p, p, p);
  if constexpr (kind == K::SiLU) {
    const V s = sigmoid(z);
    return fma(p, one - s, s);
  }
  if constexpr (kind == K::Hardswish) {
    const V inner = fma(z, V::set(1.0f / 3.0f), V::set(0.5f));
    return select_greater(z, V::set(3.0f), one, select_greater(V::set(-3.0f), z, zero, inner));
  }
  if constexpr (kind == K::LeakyHardtanh)
    return select_greater(with.p[0], z, with.p[2], select_greater(z, with.p[1], with.p[3], one));
  const V d = one + abs(z);
  if constexpr (kind == K::Softsign) return one / (d * d);
  if constexpr (kind == K::Softsigmoid) return V::set(0.5f) / (d * d);
  return zero;
}

template <ActivationKind kind>
void backward_rows(const BackwardActivationArgs& from) {
  using V = Vec<float>;
  const BackwardActivationArgs args = from;
  for (int i = 0; i < args.rows; ++i) {
    const Parameters<float> with = load_parameters<kind>(args.parameters, i);
    float* z = args.z + i * args.z_stride;
    float* gradient = args.gradient + i * args.gradient_stride;
    constexpr int parts = kTimeLanes / V::lanes;
    V slopes[parts];
    for (V& sum : slopes) sum = V::set(0.0f);
    for (int t = 0; t < args.frames; t += kTimeLanes)
#pragma GCC unroll 2
      for (int part = 0; part < parts; ++part) {
        const int at = t + part * V::lanes;
        const V v = V::load(z + at), g = V::load(gradient + at);
        const V p = activate<kind>(v, with);
        p.store(gradient + at);
        (g * derivative<kind>(v, p, with)).store(z + at);
        if constexpr (kind == ActivationKind::PReLU)
          slopes[part] = fma(g, min(v, V::set(0.0f)), slopes[part]);
      }
    if (kind != ActivationKind::PReLU || !args.slopes) continue;
    TimeSums sums = {};
    float sum[kTrainingPanel] = {};
    for (int part = 0; part < parts; ++part) slopes[part].store(sums.lanes[0] + part * V::lanes);
    sums.add_to(sum);
    args.slopes[i] += sum[0];
  }
}

template <int kind>
inline void choose_kind(const BackwardActivationArgs& args) {
  // The plugin's approximation of tanh is the last one; it cannot be trained.
  static_assert(static_cast<int>(ActivationKind::Fasttanh) == kActivationKinds - 1);
  if constexpr (kind + 2 < kActivationKinds)
    if (static_cast<int>(args.kind) != kind) return choose_kind<kind + 1>(args);
  backward_rows<static_cast<ActivationKind>(kind)>(args);
}

}  // namespace
}  // namespace nam_core::detail::kernels

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
void backward_activation(const BackwardActivationArgs& args) { choose_kind<0>(args); }
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
