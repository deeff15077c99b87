// A complex transform of 4^k values by the engine's kernels, in steps that can be done a piece at a time.
#pragma once

#include "base/aligned_buffer.hpp"
#include "kernels/kernel_table.hpp"
#include "layers/long_response/twiddles.hpp"

namespace nam_core::detail::layers {

// Values in planar form.
template <class T>
struct Planes {
  T *re, *im;
};

// The memory of transforms under way: the values as they are in time, and turned.
template <class T>
class TransformScratch {
 public:
  // For transforms of `size` values. Allocates.
  explicit TransformScratch(int size) : plane_(plane(size)), data_(4 * plane_) {}
  // What it allocates.
  static std::int64_t bytes(int size) { return base::AlignedBuffer<T>::bytes(4 * plane(size)); }

  Planes<T> in_time() noexcept { return {data_.data(), data_.data() + plane_}; }
  Planes<T> turned() noexcept { return {data_.data() + 2 * plane_, data_.data() + 3 * plane_}; }

 private:
  // The parts of one value would else share a set of the L1 cache.
  static std::ptrdiff_t plane(int size) {
    return size + static_cast<std::ptrdiff_t>(base::kAlignment / sizeof(T));
  }

  std::ptrdiff_t plane_;
  base::AlignedBuffer<T> data_;
};

template <class T>
class Transform {
 public:
  // Allocates what `bytes` says. Copies share it.
  explicit Transform(const TwiddleTable& twiddles);
  static std::int64_t bytes(int passes);

  int size() const noexcept { return size_; }
  // Both ways take as many steps, and step n of one as many pieces as step steps() - 1 - n of the other.
  int steps() const noexcept { return passes_ + 1; }
  int pieces(int step) const noexcept { return step == turning() ? size_ / 256 : size_ / 64; }
  // What a piece of the step costs, roughly in cycles of a processor with 8 lanes.
  int cost(int step) const noexcept { return step == turning() ? 450 : 100; }

  // Pieces [first, last) of a step. Forward: the first step reads `window`, the last one writes a spectrum to
  // `bins`, where kBins bins lie `bins_step` from the next ones. Real time.
  void forward(const kernels::KernelTable<T>& kernels, int step, int first, int last, Planes<const T> window,
               TransformScratch<T>& scratch, T* bins, std::ptrdiff_t bins_step) const noexcept;
  // Backward: from scratch.turned(); the last step writes imaginary parts alone, to `out`, times size().
  void backward(const kernels::KernelTable<T>& kernels, int step, int first, int last,
                TransformScratch<T>& scratch, T* out) const noexcept;

 private:
  // The step of the way forward that turns the values: the last two passes come after it.
  int turning() const noexcept { return passes_ - 2; }
  // Of the pass: how far the values of its butterflies lie apart, and its twiddles.
  kernels::PassArgs<T> pass(int depth, int first, int last) const noexcept;

  int passes_, size_;
  base::SharedBuffer<T> twiddles_;
};

}  // namespace nam_core::detail::layers
