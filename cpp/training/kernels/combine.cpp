// Weighted sums of rows: every convolution of a WaveNet, forward and backward. Each term has its own source
// address, so taps, channels and the mixin are handled alike.
#include "training/kernels/functions.hpp"
#include NAM_KERNEL_VECTORS
#include "kernels/impl/conv.inl.hpp"
#include "training/kernels/training_panels.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

// Vectors in a block of R rows: their number divides kFrameStep, and their sums fit into the registers.
template <int R>
constexpr int block_vectors() {
  if (kRegisters >= 32) return 6;
  return R <= 2 ? 6 : R == 3 ? 4 : 3;
}

template <int R>
void combine_panel(const CombineArgs& from, const float* weights, int first) {
  using V = Vec<float>;
  constexpr int N = block_vectors<R>();
  static_assert(kFrameStep % (N * V::lanes) == 0);
  const CombineArgs args = from;
  float* out = args.out + first * args.out_stride;
  const float* init = args.init ? args.init + first * args.init_stride : nullptr;
  for (int t = 0; t < args.frames; t += N * V::lanes) {
    V acc[R][N];
    if (args.bias)
      set_rows(acc, args.bias + first);
    else
      for (auto& row : acc)
        for (V& sum : row) sum = V::set(0.0f);
    if (init) add_rows(acc, init + t, args.init_stride);
    const float* const base = args.base + t;
    const float* w = weights;
    const ptrdiff_t* const end = args.offsets + args.terms;
    for (const ptrdiff_t* offset = args.offsets; offset < end; ++offset, w += R)
      accumulate<float, R, N>(acc, w, base + *offset);
    store_rows(acc, out + t, args.out_stride);
  }
}

}  // namespace
}  // namespace nam_core::detail::kernels

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
void combine(const CombineArgs& args) {
  const float* weights = args.weights;
  each_panel(args.rows, [&](auto rows, int first) {
    combine_panel<rows.value>(args, weights, first);
    weights += rows.value * args.terms;
  });
}
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
