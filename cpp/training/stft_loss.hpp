// The multi-resolution short-time Fourier transform loss, as auraloss and so the trainer have it: over three
// resolutions, the mean of spectral convergence (of the whole batch: |difference| / |target|, Frobenius) and
// of the mean distance of the logarithms of the magnitudes.
#pragma once

#include <vector>

#include "base/aligned_buffer.hpp"
#include "kernels/kernel_table.hpp"
#include "training/kernels/training_table.hpp"

namespace nam_core::detail::training {

class StftLoss {
 public:
  // For pieces of `frames`, which must exceed 600: half of the longest window is mirrored at the ends.
  // Allocates.
  StftLoss(const kernels::TrainingTable& kernels, int frames, int batch, int threads);

  // Keeps the spectra of an item of the batch. Threads, with numbers of their own, may do several at once.
  void analyse(int item, const float* prediction, const float* target, int thread);
  // When all items have been analysed.
  void finish();
  // Adds weight times the loss's gradient to `gradient`.
  void add_gradient(int item, float weight, float* gradient, int thread);
  // The loss, after finish(). Takes some time: it has logarithms.
  double value() const;

 private:
  static constexpr int kResolutions = 3;
  struct Resolution {
    kernels::StftShape shape;
    std::vector<float> window, twiddles;
    std::ptrdiff_t spectra;  // of an item, from the first resolution's on
    std::size_t floats;
    double distance = 0, target = 0;  // Frobenius norms
  };

  float* scratch(int thread) noexcept { return scratch_.data() + thread * scratch_size_; }
  float* spectra(int item, const Resolution& of) noexcept {
    return spectra_.data() + item * item_size_ + of.spectra;
  }
  const float* magnitudes(int item, const Resolution& of) const noexcept {
    return spectra_.data() + item * item_size_ + of.spectra;
  }
  void mirror(const float* signal, int width, float* out) const noexcept;

  const kernels::TrainingTable& kernels_;
  int frames_, batch_;
  Resolution resolutions_[kResolutions];
  std::ptrdiff_t item_size_ = 0, scratch_size_ = 0, transform_size_ = 0;
  base::AlignedBuffer<float> spectra_, scratch_;
  std::vector<double> distances_, targets_;  // [item][resolution], squared
};

}  // namespace nam_core::detail::training
