#include "training/stft_loss.hpp"

#include <algorithm>
#include <cmath>

#include "training/circle.hpp"

namespace nam_core::detail::training {

namespace {

// auraloss' defaults: points, hop, window.
constexpr int kSizes[] = {1024, 2048, 512}, kHops[] = {120, 240, 50}, kWidths[] = {600, 1200, 240};
constexpr int kWidest = 1200;

}  // namespace

StftLoss::StftLoss(const kernels::TrainingTable& kernels, int frames, int batch, int threads)
    : kernels_(kernels),
      frames_(frames),
      batch_(batch),
      distances_(static_cast<std::size_t>(batch) * kResolutions),
      targets_(distances_.size()) {
  for (int m = 0; m < kResolutions; ++m) {
    Resolution& of = resolutions_[m];
    for (int i = 0; i < kWidths[m]; ++i)
      of.window.push_back(static_cast<float>(0.5 - 0.5 * circle_point(i, kWidths[m]).cosine));
    for (int k = 0; k < kSizes[m]; ++k) {
      const CirclePoint root = circle_point(k, kSizes[m]);
      of.twiddles.push_back(static_cast<float>(root.cosine));
      of.twiddles.push_back(static_cast<float>(-root.sine));
    }
    of.shape = {kSizes[m], kWidths[m], kHops[m], 1 + frames / kHops[m], of.window.data(), of.twiddles.data()};
    const int groups = (of.shape.frames + 2 * kernels.lanes - 1) / (2 * kernels.lanes) * 2;
    of.spectra = item_size_;
    of.floats = static_cast<std::size_t>(groups) * static_cast<std::size_t>(kSizes[m] / 2 + 1) *
                static_cast<std::size_t>(kernels::kSpectrumParts * kernels.lanes);
    item_size_ += static_cast<std::ptrdiff_t>(of.floats);
  }
  transform_size_ = 4 * *std::max_element(kSizes, kSizes + kResolutions) * kernels.lanes;
  const int longest = frames + kWidest + 16;
  scratch_size_ = (transform_size_ + 2 * longest + frames + 16) / 16 * 16;
  spectra_ = base::AlignedBuffer<float>(static_cast<std::size_t>(batch * item_size_));
  scratch_ = base::AlignedBuffer<float>(static_cast<std::size_t>(threads * scratch_size_));
}

// torch.stft centres its frames, so half a window of the mirrored signal is needed at either end. The window
// is zero on the rest of torch's padding.
void StftLoss::mirror(const float* signal, int width, float* out) const noexcept {
  const int half = width / 2;
  for (int t = 0; t < half; ++t) out[t] = signal[half - t];
  std::copy_n(signal, frames_, out + half);
  for (int t = 0; t < half; ++t) out[half + frames_ + t] = signal[frames_ - 2 - t];
}

void StftLoss::analyse(int item, const float* prediction, const float* target, int thread) {
  float* const memory = scratch(thread);
  float* const first = memory + transform_size_;
  float* const second = first + frames_ + kWidest + 16;
  std::vector<float> distances;
  for (int m = 0; m < kResolutions; ++m) {
    const Resolution& of = resolutions_[m];
    mirror(prediction, of.shape.width, first);
    mirror(target, of.shape.width, second);
    distances.assign(static_cast<std::size_t>(2 * of.shape.frames), 0.0f);
    kernels_.analyse({of.shape, first, second, memory, spectra(item, of), distances.data()});
    double distance = 0, energy = 0;
    for (int f = 0; f < of.shape.frames; ++f) {
      distance += static_cast<double>(distances[static_cast<std::size_t>(f)]);
      energy += static_cast<double>(distances[static_cast<std::size_t>(of.shape.frames + f)]);
    }
    distances_[static_cast<std::size_t>(item * kResolutions + m)] = distance;
    targets_[static_cast<std::size_t>(item * kResolutions + m)] = energy;
  }
}

void StftLoss::finish() {
  for (int m = 0; m < kResolutions; ++m) {
    double distance = 0, target = 0;
    for (int item = 0; item < batch_; ++item) {
      distance += distances_[static_cast<std::size_t>(item * kResolutions + m)];
      target += targets_[static_cast<std::size_t>(item * kResolutions + m)];
    }
    resolutions_[m].distance = std::sqrt(distance);
    resolutions_[m].target = std::sqrt(target);
  }
}

void StftLoss::add_gradient(int item, float weight, float* gradient, int thread) {
  float* const memory = scratch(thread);
  float* const sums = memory + transform_size_;
  for (const Resolution& of : resolutions_) {
    const int half = of.shape.width / 2, bins = of.shape.size / 2 + 1;
    std::fill_n(sums, frames_ + of.shape.width + 16, 0.0f);
    const double share = weight / static_cast<double>(kResolutions);
    const double norm = of.distance * of.target;
    const double logarithm = share / (static_cast<double>(batch_) * of.shape.frames * bins);
    kernels_.synthesise({of.shape, spectra(item, of), norm > 0 ? static_cast<float>(share / norm) : 0.0f,
                         static_cast<float>(logarithm), memory, sums});
    for (int t = 0; t < frames_; ++t) gradient[t] += sums[half + t];
    for (int t = 0; t < half; ++t) {
      gradient[half - t] += sums[t];
      gradient[frames_ - 2 - t] += sums[half + frames_ + t];
    }
  }
}

double StftLoss::value() const {
  double loss = 0;
  for (const Resolution& of : resolutions_) {
    // Frame by frame in order, wherever they lie: the sum is then the same for every instruction set.
    const int lanes = kernels_.lanes, bins = of.shape.size / 2 + 1, step = kernels::kSpectrumParts * lanes;
    double sum = 0;
    for (int item = 0; item < batch_; ++item)
      for (int f = 0; f < of.shape.frames; ++f) {
        const int group = f / (2 * lanes) * 2 + f % 2, lane = f / 2 % lanes;
        const float* at = magnitudes(item, of) + static_cast<std::ptrdiff_t>(group) * bins * step + lane;
        for (int k = 0; k < bins; ++k, at += step)
          sum += std::abs(std::log(static_cast<double>(at[2 * lanes])) -
                          std::log(static_cast<double>(at[3 * lanes])));
      }
    const double count = static_cast<double>(batch_) * of.shape.frames * (of.shape.size / 2 + 1);
    loss += (of.distance / of.target + sum / count) / kResolutions;
  }
  return loss;
}

}  // namespace nam_core::detail::training
