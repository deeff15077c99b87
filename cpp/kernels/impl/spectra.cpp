// Products of spectra, summed over partitions and inputs: all that a long response costs besides its
// transforms.
#include "kernels/impl/functions.hpp"
#include NAM_KERNEL_VECTORS

namespace nam_core::detail::kernels {
namespace {

// The four sums of products of a few vectors of bins.
template <class T, int N>
struct BinSums {
  Vec<T> re_re[N], im_im[N], re_im[N], im_re[N];
};

// Adds `count` products of a window's spectrum and a partition's. From one partition to the next there are 2
// kBins values, from one window to the next `step`, which is 0 if every product takes the same window.
template <class T, int N>
[[gnu::always_inline]] inline void add_products(BinSums<T, N>& sums, const T* window, ptrdiff_t step,
                                                const T* response, int32_t count) {
  for (; count > 0; --count, window += step, response += 2 * kBins)
#pragma GCC unroll 2
    for (int n = 0; n < N; ++n) {
      Vec<T> re = Vec<T>::load(window + n * Vec<T>::lanes);
      Vec<T> im = Vec<T>::load(window + kBins + n * Vec<T>::lanes);
      Vec<T> by_re = Vec<T>::load(response + n * Vec<T>::lanes);
      Vec<T> by_im = Vec<T>::load(response + kBins + n * Vec<T>::lanes);
      sums.re_re[n] = fma(re, by_re, sums.re_re[n]);
      sums.im_im[n] = fma(im, by_im, sums.im_im[n]);
      sums.re_im[n] = fma(re, by_im, sums.re_im[n]);
      sums.im_re[n] = fma(im, by_re, sums.im_re[n]);
    }
}

template <class T>
inline void run_spectra(const SpectraArgs<T>& from) {
  using V = Vec<T>;
  constexpr int N = kBins / V::lanes < 2 ? 1 : 2;
  const SpectraArgs<T> args = from;
  const ptrdiff_t group = static_cast<ptrdiff_t>(args.partitions) * 2 * kBins;
  // Windows from the newest to the end of the ring, windows at the front of the ring, and windows that are
  // `rest`.
  const int32_t to_end = args.partitions - args.newest;
  const int32_t back = args.heard < to_end ? args.heard : to_end;
  const int32_t front = args.heard - back, rest = args.partitions - args.heard;
  for (ptrdiff_t g = args.first; g < args.last; ++g)
    for (int lane = 0; lane < kBins; lane += N * V::lanes) {
      BinSums<T, N> sums;
#pragma GCC unroll 2
      for (int n = 0; n < N; ++n)
        sums.re_re[n] = sums.im_im[n] = sums.re_im[n] = sums.im_re[n] = V::set(T(0));
      for (int32_t i = 0; i < args.inputs; ++i) {
        const T* windows = args.windows + i * args.windows_step + g * group + lane;
        const T* response = args.response + i * args.windows_step + g * group + lane;
        add_products(sums, windows + args.newest * 2 * kBins, 2 * kBins, response, back);
        response += back * 2 * kBins;
        add_products(sums, windows, 2 * kBins, response, front);
        response += front * 2 * kBins;
        add_products(sums, args.rest + i * args.rest_step + g * 2 * kBins + lane, 0, response, rest);
      }
#pragma GCC unroll 2
      for (int n = 0; n < N; ++n) {
        const ptrdiff_t at = g * kBins + lane + n * V::lanes;
        (sums.re_re[n] - sums.im_im[n]).store(args.out_re + at);
        (sums.re_im[n] + sums.im_re[n]).store(args.out_im + at);
      }
    }
}

}  // namespace
}  // namespace nam_core::detail::kernels

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
void spectra(const SpectraArgs<float>& args) { run_spectra(args); }
void spectra(const SpectraArgs<double>& args) { run_spectra(args); }
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
