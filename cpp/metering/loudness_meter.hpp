// Peak, true peak, power and weighted energy of a signal of any length (ITU-R BS.1770, EBU R 128).
#pragma once

#include <cstdint>
#include <vector>

#include "metering/k_weighting.hpp"
#include "metering/oversampling.hpp"

namespace nam_core::detail::metering {

// It cuts the signal into tiles by itself, so pieces of any length give the same bits. Memory grows by 80
// bytes a second.
class LoudnessMeter {
 public:
  // `tenth`: frames of a tenth of a second, above 0. `weights`: the factor of each channel in the energy.
  // Allocates.
  LoudnessMeter(double sample_rate, std::int64_t tenth, const std::vector<double>& weights);

  // Adds the next frames, one row per channel. If a sample is not finite, it returns false and measures
  // nothing.
  template <class T>
  bool add(kernels::ConstRows<T> rows, std::ptrdiff_t frames);
  // Measures what has arrived since the last whole tile. Nothing may be added afterwards.
  void finish();

  int channels() const noexcept { return static_cast<int>(channels_.size()); }
  std::int64_t frames() const noexcept { return frames_; }
  double peak() const noexcept { return peak_; }
  double true_peak() const noexcept { return true_peak_; }  // after `finish`
  double power() const noexcept { return power_; }          // the sum of all squares; after `finish`
  // The weighted energy of each whole tenth of a second; after `finish`.
  const std::vector<double>& tenths() const noexcept { return tenths_; }

 private:
  struct Channel {
    double weight;
    KWeighting::State state{};
    Oversampling::Line samples{};
    double tile[kTile]{};
    double open = 0;  // energy of the tenth that is not whole yet
  };
  void measure();
  void weight(int first, int end);

  KWeighting weighting_;
  Oversampling oversampling_;
  std::vector<Channel> channels_;
  std::int64_t tenth_;
  std::int64_t open_frames_ = 0;
  std::vector<double> tenths_;
  int filled_ = 0;  // frames of the tile that have arrived
  std::int64_t frames_ = 0;
  double peak_ = 0, true_peak_ = 0, power_ = 0;
};

}  // namespace nam_core::detail::metering
