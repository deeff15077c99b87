#include "training/loss.hpp"

namespace nam_core::detail::training {

namespace {

// A quieter target counts as having this mean square (-120 dB): the ESR of silence is not defined.
constexpr double kLeastEnergy = 1e-12;

void emphasise(const float* signal, int frames, double coefficient, float* out) {
  const float c = static_cast<float>(coefficient);
  for (int t = 1; t < frames; ++t) out[t - 1] = signal[t] - c * signal[t - 1];
}

}  // namespace

Loss::Loss(const LossWeights& weights, const kernels::TrainingTable& kernels, int frames, int batch,
           int threads)
    : weights_(weights), frames_(frames), batch_(batch), sums_(static_cast<std::size_t>(batch)) {
  if (weights.mrstft > 0) stft_ = std::make_unique<StftLoss>(kernels, frames, batch, threads);
  if (weights.pre_emphasis_mrstft > 0) {
    emphasised_stft_ = std::make_unique<StftLoss>(kernels, frames - 1, batch, threads);
    emphasised_.resize(static_cast<std::size_t>(3 * frames * threads));
  }
}

void Loss::analyse(int item, const float* prediction, const float* target, int thread) {
  ItemSums sums;
  const double c = weights_.pre_emphasis_coefficient;
  double before = 0;
  for (int t = 0; t < frames_; ++t) {
    const double error = static_cast<double>(prediction[t] - target[t]);
    sums.error += error * error;
    sums.target += static_cast<double>(target[t]) * static_cast<double>(target[t]);
    sums.difference += error;
    const double emphasised = error - c * before;
    if (t) sums.emphasised += emphasised * emphasised;
    before = error;
  }
  sums_[static_cast<std::size_t>(item)] = sums;
  if (stft_) stft_->analyse(item, prediction, target, thread);
  if (!emphasised_stft_) return;
  float* const first = emphasised_.data() + 3 * frames_ * thread;
  emphasise(prediction, frames_, weights_.pre_emphasis_mrstft_coefficient, first);
  emphasise(target, frames_, weights_.pre_emphasis_mrstft_coefficient, first + frames_);
  emphasised_stft_->analyse(item, first, first + frames_, thread);
}

void Loss::finish() {
  if (stft_) stft_->finish();
  if (emphasised_stft_) emphasised_stft_->finish();
}

void Loss::gradient(int item, const float* prediction, const float* target, float* gradient, int thread) {
  const ItemSums& sums = sums_[static_cast<std::size_t>(item)];
  const double frames = frames_, batch = batch_;
  const double energy = sums.target / frames > kLeastEnergy ? sums.target / frames : kLeastEnergy;
  const double square = 2.0 * (weights_.mse + weights_.esr / energy) / (frames * batch);
  const double constant = 2.0 * weights_.dc * sums.difference / (frames * frames * batch);
  for (int t = 0; t < frames_; ++t)
    gradient[t] = static_cast<float>(square * static_cast<double>(prediction[t] - target[t]) + constant);
  if (weights_.pre_emphasis > 0) {
    const double c = weights_.pre_emphasis_coefficient;
    const double scale = 2.0 * weights_.pre_emphasis / ((frames - 1) * batch);
    for (int t = 1; t < frames_; ++t) {
      const double error = static_cast<double>(prediction[t] - target[t]);
      const double emphasised = scale * (error - c * static_cast<double>(prediction[t - 1] - target[t - 1]));
      gradient[t] += static_cast<float>(emphasised);
      gradient[t - 1] -= static_cast<float>(c * emphasised);
    }
  }
  if (stft_) stft_->add_gradient(item, static_cast<float>(weights_.mrstft), gradient, thread);
  if (!emphasised_stft_) return;
  float* const emphasised = emphasised_.data() + (3 * thread + 2) * frames_;
  for (int t = 0; t < frames_; ++t) emphasised[t] = 0.0f;
  emphasised_stft_->add_gradient(item, static_cast<float>(weights_.pre_emphasis_mrstft), emphasised, thread);
  const float c = static_cast<float>(weights_.pre_emphasis_mrstft_coefficient);
  for (int t = 1; t < frames_; ++t) {
    gradient[t] += emphasised[t - 1];
    gradient[t - 1] -= c * emphasised[t - 1];
  }
}

LossValues Loss::values(bool spectral) const {
  LossValues values;
  const double frames = frames_, batch = batch_;
  for (const ItemSums& sums : sums_) {
    const double energy = sums.target / frames > kLeastEnergy ? sums.target / frames : kLeastEnergy;
    values.mse += sums.error / frames / batch;
    values.esr += sums.error / frames / energy / batch;
    values.dc += sums.difference / frames * (sums.difference / frames) / batch;
    values.pre_emphasis += sums.emphasised / (frames - 1) / batch;
  }
  if (spectral && stft_) values.mrstft = stft_->value();
  if (spectral && emphasised_stft_) values.pre_emphasis_mrstft = emphasised_stft_->value();
  return values;
}

}  // namespace nam_core::detail::training
