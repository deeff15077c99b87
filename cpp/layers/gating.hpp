// The nonlinearity of a layer: one activation, or a gated or blended pair (format 3.1).
#pragma once

#include <optional>

#include "layers/activation.hpp"

namespace nam_core::detail::layers {

template <class T>
class Gating {
 public:
  // `rows` is the output width (the bottleneck); a pair reads 2 * rows. Allocates.
  Gating(GatingMode mode, const ActivationConfig& activation, const ActivationConfig& secondary, int rows);

  // The activation, or null for a pair.
  const Activation<T>* single() const noexcept { return secondary_ ? nullptr : &activation_; }

  // out = f(z), f(z1) g(z2) or g(z2) f(z1) + (1 - g(z2)) z1; adds to `sum` as Activation::process does. Uses
  // z as scratch; with mode none, `out` may be z. Real time.
  void process(const Block<T>& block, Rows<T> z, Rows<T> out, Rows<T> sum) const noexcept;

 private:
  GatingMode mode_;
  Activation<T> activation_;
  std::optional<Activation<T>> secondary_;
};

}  // namespace nam_core::detail::layers
