#include "layers/long_response/transform.hpp"

namespace nam_core::detail::layers {

using kernels::PassForm;

namespace {

// Values of the twiddle factors of all passes: three complex ones per block; in one pass, that many per
// column.
constexpr std::size_t twiddle_values(int passes) {
  const std::size_t blocks = ((std::size_t{1} << (2 * passes)) - 1) / 3;
  return 6 * blocks;
}

}  // namespace

template <class T>
std::int64_t Transform<T>::bytes(int passes) {
  return base::SharedBuffer<T>::bytes(static_cast<std::int64_t>(twiddle_values(passes)));
}

template <class T>
Transform<T>::Transform(const TwiddleTable& twiddles)
    : passes_(twiddles.passes()), size_(1 << (2 * passes_)), twiddles_(twiddle_values(passes_)) {
  for (int depth = 0; depth < passes_; ++depth) {
    T* to = twiddles_.data() + twiddle_values(depth);
    const std::ptrdiff_t blocks = std::ptrdiff_t{1} << (2 * depth);
    // After the transposition, the blocks of its first pass lie side by side as columns; each has four blocks
    // in the last pass.
    const std::ptrdiff_t columns = depth < turning() ? 1 : size_ / kernels::kBins;
    for (std::ptrdiff_t block = 0; block < blocks; ++block) {
      const std::ptrdiff_t rows = blocks / columns;
      T* at = to + block % rows * 6 * columns + block / rows;
      for (const UnitRoots::Root& root : twiddles(depth, block).power) {
        *at = static_cast<T>(root.re), at += columns;
        *at = static_cast<T>(root.im), at += columns;
      }
    }
  }
}

template <class T>
kernels::PassArgs<T> Transform<T>::pass(int depth, int first, int last) const noexcept {
  kernels::PassArgs<T> args{};
  args.twiddles = twiddles_.data() + twiddle_values(depth);
  args.columns = size_ / kernels::kBins;
  // After the transposition, a block has as many rows as it had values.
  const std::ptrdiff_t apart = depth < turning() ? 1 : args.columns;
  args.quarter = (size_ >> (2 * (depth + 1))) * apart;
  args.first = first;
  args.last = last;
  return args;
}

template <class T>
void Transform<T>::forward(const kernels::KernelTable<T>& kernels, int step, int first, int last,
                           Planes<const T> window, TransformScratch<T>& scratch, T* bins,
                           std::ptrdiff_t bins_step) const noexcept {
  const Planes<T> in_time = scratch.in_time(), turned = scratch.turned();
  if (step == turning()) {
    const std::ptrdiff_t columns = size_ / kernels::kBins, square = kernels::kBins * kernels::kBins;
    kernels.turn({in_time.re, turned.re, kernels::kBins, square, columns, kernels::kBins, first, last});
    kernels.turn({in_time.im, turned.im, kernels::kBins, square, columns, kernels::kBins, first, last});
    return;
  }
  const int depth = step < turning() ? step : step - 1;
  kernels::PassArgs<T> args = pass(depth, first, last);
  const Planes<T> planes = step < turning() ? in_time : turned;
  args.in_re = depth == 0 ? window.re : planes.re;
  args.in_im = depth == 0 ? window.im : planes.im;
  if (depth == passes_ - 1) {
    args.out_re = bins;
    args.bins_step = bins_step;
    args.form = PassForm::last;
    kernels.forward(args);
    return;
  }
  args.out_re = planes.re, args.out_im = planes.im;
  args.form = step < turning() ? PassForm::by_block : PassForm::by_column;
  kernels.forward(args);
}

template <class T>
void Transform<T>::backward(const kernels::KernelTable<T>& kernels, int step, int first, int last,
                            TransformScratch<T>& scratch, T* out) const noexcept {
  const Planes<T> in_time = scratch.in_time(), turned = scratch.turned();
  if (step == 2) {
    const std::ptrdiff_t columns = size_ / kernels::kBins, square = kernels::kBins * kernels::kBins;
    kernels.turn({turned.re, in_time.re, columns, kernels::kBins, kernels::kBins, square, first, last});
    kernels.turn({turned.im, in_time.im, columns, kernels::kBins, kernels::kBins, square, first, last});
    return;
  }
  const int depth = passes_ - 1 - (step < 2 ? step : step - 1);
  kernels::PassArgs<T> args = pass(depth, first, last);
  const Planes<T> planes = step < 2 ? turned : in_time;
  args.in_re = planes.re, args.in_im = planes.im;
  args.out_re = planes.re, args.out_im = depth == 0 ? out : planes.im;
  args.form = step < 2 ? PassForm::by_column : depth > 0 ? PassForm::by_block : PassForm::last;
  kernels.backward(args);
}

template class TransformScratch<float>;
template class TransformScratch<double>;
template class Transform<float>;
template class Transform<double>;

}  // namespace nam_core::detail::layers
