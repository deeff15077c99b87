#include "metering/k_weighting.hpp"

#include <cmath>
#include <numbers>

namespace nam_core::detail::metering {

namespace {

Biquad shelf(double sample_rate) {
  const double k = std::tan(std::numbers::pi * 1681.974450955533 / sample_rate);
  const double q = 0.7071752369554196;
  const double high = std::pow(10.0, 3.999843853973347 / 20.0);
  const double band = std::pow(high, 0.4996667741545416);
  const double a0 = 1.0 + k / q + k * k;
  return {(high + band * k / q + k * k) / a0, 2.0 * (k * k - high) / a0, (high - band * k / q + k * k) / a0,
          2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0};
}

Biquad high_pass(double sample_rate) {
  const double k = std::tan(std::numbers::pi * 38.13547087602444 / sample_rate);
  const double q = 0.5003270373238773;
  const double a0 = 1.0 + k / q + k * k;
  return {1.0, -2.0, 1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0};
}

}  // namespace

KWeighting::KWeighting(double sample_rate) : shelf_(shelf(sample_rate)), high_pass_(high_pass(sample_rate)) {}

}  // namespace nam_core::detail::metering
