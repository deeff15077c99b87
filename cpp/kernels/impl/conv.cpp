// The convolution on its own.
#include "kernels/impl/functions.hpp"
#include NAM_KERNEL_VECTORS
#include "kernels/impl/conv.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

template <Terms terms>
struct ConvStep {
  template <class T>
  using Args = ConvArgs<T>;
  template <class T, int R, int N>
  [[gnu::always_inline]] static inline void run(const ConvArgs<T>& args, const ConvPanel<T>& panel,
                                                ptrdiff_t frame) {
    Vec<T> acc[R][N];
    convolve<terms>(args, panel, frame, acc);
    store_rows(acc, args.out.data + panel.first * args.out.stride + frame, args.out.stride);
  }
};

// Everything is inlined, so that the local copy stays in registers. That saves 7 % of a gated A2 full
// (AVX-512 on Emerald Rapids).
template <class T>
[[gnu::flatten]] inline void run_conv(const ConvArgs<T>& from) {
  const ConvArgs<T> args = from;  // local, so that gcc does not read it again after every store
  if (!args.mixin.data && args.tap_count == 1)
    run_panels<T, ConvStep<Terms::one_tap>>(args, args);
  else
    run_panels<T, ConvStep<Terms::mixin_and_taps>>(args, args);
}

}  // namespace
}  // namespace nam_core::detail::kernels

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
void conv(const ConvArgs<float>& args) { run_conv(args); }
void conv(const ConvArgs<double>& args) { run_conv(args); }
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
