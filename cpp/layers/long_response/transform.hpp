// A complex transform of 4^k values by the engine's kernels, in steps that can be done in pieces.
#pragma once

#include "base/aligned_buffer.hpp"
#include "kernels/kernel_table.hpp"
#include "layers/long_response/twiddles.hpp"

namespace nam_core::detail::layers {

// Complex values as two planes, real and imaginary.
template <class T>
struct Planes {
  T *re, *im;
};

// Memory of a transform in progress: the values in time order, and transposed.
template <class T>
class TransformScratch {
 public:
  // For transforms of `size` values. Allocates.
  explicit TransformScratch(int size) : plane_(plane(size)), data_(4 * plane_) {}
  // Bytes that it allocates.
  static std::int64_t bytes(int size) { return base::AlignedBuffer<T>::bytes(4 * plane(size)); }

  Planes<T> in_time() noexcept { return {data_.data(), data_.data() + plane_}; }
  Planes<T> turned() noexcept { return {data_.data() + 2 * plane_, data_.data() + 3 * plane_}; }

 private:
  // The distance of the planes; without padding, both parts of a value would share a set of the L1 cache.
  static std::ptrdiff_t plane(int size) {
    return size + static_cast<std::ptrdiff_t>(base::kAlignment / sizeof(T));
  }

  std::ptrdiff_t plane_;
  base::AlignedBuffer<T> data_;
};

template <class T>
class Transform {
 public:
  // Allocates what `bytes` counts. Copies share the memory.
  explicit Transform(const TwiddleTable& twiddles);
  static std::int64_t bytes(int passes);

  int size() const noexcept { return size_; }
  // Both directions have the same number of steps; step n of one has as many pieces as step steps() - 1 - n
  // of the other.
  int steps() const noexcept { return passes_ + 1; }
  int pieces(int step) const noexcept { return step == turning() ? size_ / 256 : size_ / 64; }
  // The approximate cost of a piece of a step, in cycles of a processor with 8 lanes.
  int cost(int step) const noexcept { return step == turning() ? 450 : 100; }

  // Forward, pieces [first, last) of a step. The first step reads `window`; the last one writes a spectrum to
  // `bins`, in groups of kBins bins at a distance of `bins_step`. Real time.
  void forward(const kernels::KernelTable<T>& kernels, int step, int first, int last, Planes<const T> window,
               TransformScratch<T>& scratch, T* bins, std::ptrdiff_t bins_step) const noexcept;
  // Backward, from scratch.turned(); the last step writes only the imaginary parts, to `out`, times size().
  void backward(const kernels::KernelTable<T>& kernels, int step, int first, int last,
                TransformScratch<T>& scratch, T* out) const noexcept;

 private:
  // The forward step that transposes the values; the last two passes follow it.
  int turning() const noexcept { return passes_ - 2; }
  // The arguments of a pass: the distance of the values of a butterfly, and its twiddle factors.
  kernels::PassArgs<T> pass(int depth, int first, int last) const noexcept;

  int passes_, size_;
  base::SharedBuffer<T> twiddles_;
};

}  // namespace nam_core::detail::layers
