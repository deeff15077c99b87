// Adam and AdamW, as torch.optim has them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nam_core::detail::training {

struct AdamSettings {
  double rate = 0.004;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double weight_decay = 0.0;
  bool decoupled = false;  // AdamW: the decay shrinks the parameters; else it is added to the gradient
};

// One step, number `step` from 1 on, on the parameters with a nonzero `trained`: torch does not decay those
// that have no gradient either. `first` and `second` are the moments. Does not allocate.
void adam_step(const AdamSettings& settings, std::int64_t step, std::size_t count,
               const std::uint8_t* trained, const float* gradient, float* parameters, float* first,
               float* second);

// base^exponent by multiplication: a libm's pow differs from machine to machine.
double whole_power(double base, std::int64_t exponent);

}  // namespace nam_core::detail::training
