// The training loss: a weighted sum of the trainer's losses.
#pragma once

#include <memory>
#include <vector>

#include "training/stft_loss.hpp"

namespace nam_core::detail::training {

// Weights of the losses; a loss with weight 0 is not computed. The comments name the fields of the trainer's
// LossConfig.
struct LossWeights {
  double mse = 1.0;
  double esr = 0.0;                // mean over the items of |error|^2 / |target|^2
  double dc = 0.0;                 // dc_weight: MSE of the means over time
  double mrstft = 0.0;             // mrstft_weight
  double pre_emphasis = 0.0;       // pre_emph_weight: MSE of x[t] - coefficient x[t - 1]
  double pre_emphasis_mrstft = 0;  // pre_emph_mrstft_weight
  double pre_emphasis_coefficient = 0.0, pre_emphasis_mrstft_coefficient = 0.0;
};

// Each loss of a batch, without its weight; losses that are not computed are 0.
struct LossValues {
  double mse = 0, esr = 0, dc = 0, mrstft = 0, pre_emphasis = 0, pre_emphasis_mrstft = 0;
};

class Loss {
 public:
  // For batches of items of `frames` frames. Allocates.
  Loss(const LossWeights& weights, const kernels::TrainingTable& kernels, int frames, int batch, int threads);

  // Call this for every item, then finish(), then gradient(). Several threads may do it at once.
  void analyse(int item, const float* prediction, const float* target, int thread);
  void finish();
  // Writes d loss / d prediction, `frames` values.
  void gradient(int item, const float* prediction, const float* target, float* gradient, int thread);

  // To be called after finish(). Computes the spectral losses only if `spectral`, because they take time.
  LossValues values(bool spectral) const;
  const LossWeights& weights() const noexcept { return weights_; }

 private:
  struct ItemSums {
    double error = 0, target = 0, difference = 0, emphasised = 0;
  };

  LossWeights weights_;
  int frames_, batch_;
  std::vector<ItemSums> sums_;
  std::unique_ptr<StftLoss> stft_, emphasised_stft_;
  std::vector<float> emphasised_;  // three signals for each thread
};

}  // namespace nam_core::detail::training
