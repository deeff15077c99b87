// Activations in the backward pass: they recompute the value, and give the gradient of their input.
#include "training/kernels/functions.hpp"
#include NAM_KERNEL_VECTORS
#include "kernels/impl/activation.inl.hpp"
#include "training/kernels/time_sums.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

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
