// The parts of a configuration that more than one architecture uses. Plain data, filled by the bindings.
#pragma once

#include <vector>

#include "kernels/kernel_table.hpp"

namespace nam_core::detail::layers {

using kernels::ActivationKind;

struct ActivationConfig {
  ActivationKind kind = ActivationKind::tanh;
  // kActivationParameters values for all rows, or as many for each row (format 3).
  std::vector<double> parameters = std::vector<double>(kernels::kActivationParameters, 0.0);
};

enum class GatingMode { none, gated, blended };

struct FilmConfig {
  bool shift = true;
  int groups = 1;
};

}  // namespace nam_core::detail::layers
