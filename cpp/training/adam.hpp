// Adam and AdamW, as in torch.optim.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nam_core::detail::training {

struct AdamSettings {
  double rate = 0.004;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double weight_decay = 0.0;
  bool decoupled = false;  // AdamW: decay shrinks the parameters; Adam: it is added to the gradient
};

// Does step `number`, counted from 1, on the parameters whose `trained` is nonzero. Parameters without a
// gradient do not decay, as in torch. `first` and `second` are the moments. Does not allocate.
void adam_step(const AdamSettings& settings, std::int64_t step, std::size_t count,
               const std::uint8_t* trained, const float* gradient, float* parameters, float* first,
               float* second);

// base^exponent by multiplications, because a libm's pow differs between machines.
double whole_power(double base, std::int64_t exponent);

}  // namespace nam_core::detail::training
