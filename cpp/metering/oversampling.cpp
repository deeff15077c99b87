#include "metering/oversampling.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "dispatch/registry.hpp"
#include "metering/magnitude.hpp"

namespace nam_core::detail::metering {

namespace {

constexpr double kTruePeakRate = 192000.0;
// The most values per sample: below 8 kHz, they do not reach 192 kHz.
constexpr double kMostValues = 24.0;
constexpr double kKaiser = 6.0;

// The modified Bessel function of the first kind, order 0. (macOS has no std::cyl_bessel_i.)
double bessel_i0(double x) {
  double sum = 1.0, term = 1.0;
  for (int k = 1; term > 1e-17 * sum; ++k) sum += term *= (x / (2 * k)) * (x / (2 * k));
  return sum;
}

// The factors of all samples that give the value `place` samples (0 to 1) after sample kSincTaps / 2 - 1.
std::vector<double> sinc(double place) {
  std::vector<double> taps(kSincTaps);
  double sum = 0;
  for (int i = 0; i < kSincTaps; ++i) {
    const double x = i - (kSincTaps / 2 - 1) - place;
    const double edge = x / (kSincTaps / 2);
    const double angle = std::numbers::pi * x;
    taps[static_cast<std::size_t>(i)] =
        std::sin(angle) / angle * bessel_i0(kKaiser * std::sqrt(std::max(0.0, 1.0 - edge * edge)));
    sum += taps[static_cast<std::size_t>(i)];
  }
  for (double& tap : taps) tap /= sum;
  return taps;
}

}  // namespace

Oversampling::Oversampling(double sample_rate)
    : kernels_(kernels::choose_kernel_set("").table<float>()),
      between_(static_cast<int>(std::min(kMostValues, std::ceil(kTruePeakRate / sample_rate))) - 1),
      most_(0),
      bias_(static_cast<std::size_t>(between_)),
      weights_(static_cast<std::size_t>(between_ * kSincTaps)),
      out_(static_cast<std::size_t>(between_) * base::row_stride<float>(kTile)) {
  float* weights = weights_.data();
  for (int first = 0; first < between_; first += kernels_.max_panel_rows) {
    const int rows = std::min(kernels_.max_panel_rows, between_ - first);
    for (int row = 0; row < rows; ++row) {
      const std::vector<double> taps = sinc(double(first + row + 1) / (between_ + 1));
      double most = 0;
      for (int i = 0; i < kSincTaps; ++i) {
        const double tap = taps[static_cast<std::size_t>(i)];
        weights[i * rows + row] = static_cast<float>(tap);
        most += std::abs(tap);
      }
      // Rounding to float32 adds less than a millionth.
      most_ = std::max(most_, most * (1 + 1e-5));
    }
    panels_.push_back({weights, first, rows, 0, 0, 0, kSincTaps});
    weights += rows * kSincTaps;
  }
}

double Oversampling::peak(Line& line, double known) noexcept {
  if (!between_) return known;
  float* samples = line.samples_.data();
  const float largest = largest_magnitude(samples, kSincTaps - 1 + kTile);
  // In most tiles of quiet sound, no value between the samples can be above `known`.
  if (largest * most_ > known) {
    kernels::ConvArgs<float> conv{};
    conv.panels = panels_.data();
    conv.panel_count = static_cast<int>(panels_.size());
    conv.bias = bias_.data();
    conv.taps = samples;
    conv.tap_count = 1;
    conv.tap_stride = 1;  // each tap is a row to the kernel
    conv.out = {out_.data(), base::row_stride<float>(kTile)};
    conv.frames = kTile;
    kernels_.conv(conv);
    for (int row = 0; row < between_; ++row)
      known = std::max(known, double{largest_magnitude(conv.out.data + row * conv.out.stride, kTile)});
  }
  std::copy_n(samples + kTile, kSincTaps - 1, samples);
  return known;
}

}  // namespace nam_core::detail::metering
