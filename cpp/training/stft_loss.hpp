// The multi-resolution short-time Fourier transform loss of auraloss, which the trainer uses. For each of
// three resolutions it adds the spectral convergence (over the whole batch: |difference| / |target|,
// Frobenius norms) and the mean distance of the log magnitudes; the loss is the mean of the three.
#pragma once

#include <vector>

#include "base/aligned_buffer.hpp"
#include "kernels/kernel_table.hpp"
#include "training/kernels/training_table.hpp"

namespace nam_core::detail::training {

class StftLoss {
 public:
  // For items of `frames` frames, which must exceed 600: half of the longest window is mirrored at both ends.
  // Allocates.
  StftLoss(const kernels::TrainingTable& kernels, int frames, int batch, int threads);

  // Stores the spectra of an item of the batch. Several threads may do this at once, each with its own
  // number.
  void analyse(int item, const float* prediction, const float* target, int thread);
  // To be called once all items have been analysed.
  void finish();
  // Adds `weight` times the gradient of the loss to `gradient`.
  void add_gradient(int item, float weight, float* gradient, int thread);
  // The loss, after finish(). It takes time, because it computes logarithms.
  double value() const;

 private:
  static constexpr int kResolutions = 3;
  struct Resolution {
    kernels::StftShape shape;
    std::vector<float> window, twiddles;
    std::ptrdiff_t spectra;  // of an item, from those of the first resolution on
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
