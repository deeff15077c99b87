#include "metering/loudness_meter.hpp"

#include <algorithm>

#include "base/float_env.hpp"
#include "engine/finite.hpp"
#include "metering/magnitude.hpp"

namespace nam_core::detail::metering {

LoudnessMeter::LoudnessMeter(double sample_rate, std::int64_t tenth, const std::vector<double>& weights)
    : weighting_(sample_rate), oversampling_(sample_rate), tenth_(tenth) {
  for (const double weight : weights) channels_.push_back(Channel{weight});
}

template <class T>
bool LoudnessMeter::add(kernels::ConstRows<T> rows, std::ptrdiff_t frames) {
  if (!engine::all_finite(rows, channels(), frames)) return false;
  // After a sound, the output of the filters decays through subnormal numbers, which are slow.
  const base::FlushToZero flush;
  for (std::ptrdiff_t start = 0; start < frames;) {
    const int count = static_cast<int>(std::min<std::ptrdiff_t>(frames - start, kTile - filled_));
    const T* in = rows.data + start;
    for (Channel& channel : channels_) {
      std::copy_n(in, count, channel.tile + filled_);
      std::transform(in, in + count, channel.samples.tile() + filled_,
                     [](T x) { return static_cast<float>(x); });
      peak_ = std::max(peak_, static_cast<double>(largest_magnitude(in, count)));
      in += rows.stride;
    }
    start += count;
    filled_ += count;
    frames_ += count;
    if (filled_ == kTile) measure();
  }
  return true;
}

void LoudnessMeter::finish() {
  const base::FlushToZero flush;
  // Adds silence, because there are values between the last samples and the silence that follows.
  for (int left = kSincTaps - 1; left > 0;) {
    const int count = std::min(left, kTile - filled_);
    for (Channel& channel : channels_) std::fill_n(channel.samples.tile() + filled_, kTile - filled_, 0.0f);
    left -= count;
    measure();
  }
}

void LoudnessMeter::measure() {
  for (int first = 0; first < filled_;) {
    const auto end = static_cast<int>(std::min<std::int64_t>(filled_, first + tenth_ - open_frames_));
    weight(first, end);
    first = end;
  }
  true_peak_ = std::max(true_peak_, peak_);
  for (Channel& channel : channels_) true_peak_ = oversampling_.peak(channel.samples, true_peak_);
  filled_ = 0;
}

// Weights frames [first, end), which lie within one tenth of a second.
void LoudnessMeter::weight(int first, int end) {
  for (Channel& channel : channels_) {
    double power = 0, open = channel.open;
    KWeighting::State state = channel.state;
    for (int t = first; t < end; ++t) {
      const double x = channel.tile[t];
      const double y = weighting_.process(x, state);
      power += x * x;
      open += y * y;
    }
    channel.state = state;
    channel.open = open;
    power_ += power;
  }
  open_frames_ += end - first;
  if (open_frames_ < tenth_) return;
  double energy = 0;
  for (Channel& channel : channels_) {
    energy += channel.weight * channel.open;
    channel.open = 0;
  }
  tenths_.push_back(energy);
  open_frames_ = 0;
}

template bool LoudnessMeter::add(kernels::ConstRows<float>, std::ptrdiff_t);
template bool LoudnessMeter::add(kernels::ConstRows<double>, std::ptrdiff_t);

}  // namespace nam_core::detail::metering
