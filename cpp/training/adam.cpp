#include "training/adam.hpp"

#include <cmath>

namespace nam_core::detail::training {

double whole_power(double base, std::int64_t exponent) {
  double power = 1.0;
  for (; exponent > 0; exponent /= 2, base *= base)
    if (exponent % 2) power *= base;
  return power;
}

void adam_step(const AdamSettings& settings, std::int64_t step, std::size_t count,
               const std::uint8_t* trained, const float* gradient, float* parameters, float* first,
               float* second) {
  const double correction1 = 1.0 - whole_power(settings.beta1, step);
  const double correction2 = std::sqrt(1.0 - whole_power(settings.beta2, step));
  const float decay = static_cast<float>(settings.weight_decay);
  const float keep = static_cast<float>(1.0 - settings.rate * settings.weight_decay);
  const float beta1 = static_cast<float>(1.0 - settings.beta1), beta2 = static_cast<float>(settings.beta2);
  const float rest2 = static_cast<float>(1.0 - settings.beta2);
  const double rate = settings.rate / correction1;
  for (std::size_t i = 0; i < count; ++i) {
    if (!trained[i]) continue;
    if (settings.decoupled) parameters[i] *= keep;
    const float g = settings.decoupled ? gradient[i] : gradient[i] + decay * parameters[i];
    first[i] += beta1 * (g - first[i]);
    second[i] = beta2 * second[i] + rest2 * g * g;
    const double root = std::sqrt(static_cast<double>(second[i])) / correction2;
    parameters[i] -= static_cast<float>(rate * static_cast<double>(first[i]) / (root + settings.epsilon));
  }
}

}  // namespace nam_core::detail::training
