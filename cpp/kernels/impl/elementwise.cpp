// Copies, sums and gates: one pass over rows, one vector at a time.
#include "kernels/impl/functions.hpp"
#include NAM_KERNEL_VECTORS
#include "kernels/impl/rows.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

// out = combine(a, b, c) for every vector of every row.
template <class T, class Combine>
inline void each(const ElementwiseArgs<T>& from, Combine combine) {
  const ElementwiseArgs<T> args = from;
  for (int i = 0; i < args.rows; ++i) {
    const T *a = row(args.a, i), *b = row(args.b, i), *c = row(args.c, i);
    T* out = row(args.out, i);
    for (int t = 0; t < args.frames; t += Vec<T>::lanes) combine(a + t, b + t, c + t).store(out + t);
  }
}
template <class T>
inline void copy_rows(const ElementwiseArgs<T>& args) {
  using V = Vec<T>;
  each(args, [](const T* a, const T*, const T*) { return V::load(a); });
}
template <class T>
inline void add_rows(const ElementwiseArgs<T>& args) {
  using V = Vec<T>;
  each(args, [](const T* a, const T* b, const T*) { return V::load(a) + V::load(b); });
}
template <class T>
inline void multiply_rows(const ElementwiseArgs<T>& args) {
  using V = Vec<T>;
  each(args, [](const T* a, const T* b, const T*) { return V::load(a) * V::load(b); });
}
template <class T>
inline void blend_rows(const ElementwiseArgs<T>& args) {
  using V = Vec<T>;
  each(args, [](const T* a, const T* b, const T* c) {
    const V share = V::load(a);
    return fma(share, V::load(b), (V::set(T(1)) - share) * V::load(c));
  });
}

}  // namespace
}  // namespace nam_core::detail::kernels

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
void copy(const ElementwiseArgs<float>& args) { copy_rows(args); }
void copy(const ElementwiseArgs<double>& args) { copy_rows(args); }
void add(const ElementwiseArgs<float>& args) { add_rows(args); }
void add(const ElementwiseArgs<double>& args) { add_rows(args); }
void multiply(const ElementwiseArgs<float>& args) { multiply_rows(args); }
void multiply(const ElementwiseArgs<double>& args) { multiply_rows(args); }
void blend(const ElementwiseArgs<float>& args) { blend_rows(args); }
void blend(const ElementwiseArgs<double>& args) { blend_rows(args); }
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
