// Activations: one pass over rows.
#include "kernels/impl/functions.hpp"
#include NAM_KERNEL_VECTORS
#include "kernels/impl/activation.inl.hpp"
#include "kernels/impl/rows.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

template <ActivationKind kind, class T>
void activate_rows(const ActivationArgs<T>& from) {
  using V = Vec<T>;
  const ActivationArgs<T> args = from;  // local, so that gcc does not read it again after every store
  for (int i = 0; i < args.rows; ++i) {
    const Parameters<T> with = load_parameters<kind>(args.parameters, i);
    const T* in = row(args.in, i);
    T* out = row(args.out, i);
    if (!args.sum.data) {
      for (int t = 0; t < args.frames; t += V::lanes) activate<kind>(V::load(in + t), with).store(out + t);
      continue;
    }
    T* sum = row(args.sum, i);
    for (int t = 0; t < args.frames; t += V::lanes) {
      const V p = activate<kind>(V::load(in + t), with);
      p.store(out + t);
      (V::load(sum + t) + p).store(sum + t);
    }
  }
}

// Makes the kind a template argument, and so a constant in the loop over a row.
template <int kind, class T>
inline void choose_kind(const ActivationArgs<T>& args) {
  if constexpr (kind + 1 < kActivationKinds)
    if (static_cast<int>(args.kind) != kind) return choose_kind<kind + 1>(args);
  activate_rows<static_cast<ActivationKind>(kind)>(args);
}

}  // namespace
}  // namespace nam_core::detail::kernels

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
void activation(const ActivationArgs<float>& args) { choose_kind<0>(args); }
void activation(const ActivationArgs<double>& args) { choose_kind<0>(args); }
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
