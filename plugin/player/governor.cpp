#include "player/governor.hpp"

#include <algorithm>
#include <vector>

namespace nam_core::player {

namespace {
// Two shares of a block's duration, and seconds: the same values as in the package's Governor.
constexpr double kHigh = 0.7, kLow = 0.4, kPatience = 1.0;
constexpr double kPercentile = 0.95;
}  // namespace

void Governor::note(float load) noexcept {
  const std::uint64_t number = noted_.load(std::memory_order_relaxed);
  loads_[number % loads_.size()].store(load, std::memory_order_relaxed);
  noted_.store(number + 1, std::memory_order_release);
}

std::optional<std::size_t> Governor::step(double now, std::size_t present, std::size_t sizes, double growth) {
  const std::uint64_t noted = noted_.load(std::memory_order_acquire);
  const std::uint64_t count = std::min<std::uint64_t>(noted - seen_, loads_.size());
  seen_ = noted;
  if (count == 0) return std::nullopt;
  std::vector<float> newest;
  for (std::uint64_t i = noted - count; i < noted; ++i)
    newest.push_back(loads_[i % loads_.size()].load(std::memory_order_relaxed));
  const auto place =
      newest.begin() + static_cast<std::ptrdiff_t>(kPercentile * static_cast<double>(count - 1));
  std::nth_element(newest.begin(), place, newest.end());
  const double load = *place;
  if (load >= kLow)
    calm_since_.reset();
  else if (!calm_since_)
    calm_since_ = now;
  if (load > kHigh && present > 0) return present - 1;
  if (!calm_since_ || now - *calm_since_ < kPatience) return std::nullopt;
  calm_since_ = now;
  if (present + 1 < sizes && load * growth < kHigh) return present + 1;
  return std::nullopt;
}

}  // namespace nam_core::player
