// What several architectures are made of: convolutions, FiLMs, activations.
#pragma once

#include <optional>
#include <vector>

#include "nam_core/description.hpp"
#include "oracle/signal.hpp"

namespace oracle {

// A causal convolution, format 4: y[o][t] = b[o] + sum over i, k of W[o][i][k] x[i][t - (K-1-k) dilation].
// Before the first frame x is zero.
struct Conv {
  std::vector<Matrix> taps;  // of (out, in) each, the oldest first; zeros between groups
  Vector bias;
  int dilation;

  // Reads [out][in per group][tap], and a bias if there is one (format 5.1).
  Conv(Weights& weights, Index in, Index out, int kernel_size, int dilation, int groups, bool has_bias);

  Signal operator()(const Signal& x) const;
};

// x * scale (+ shift), both made from the condition by a 1x1 convolution (format 4). Inactive without one.
struct Film {
  std::optional<Conv> conv;
  bool shift = false;

  Film(Weights& weights, const std::optional<nam_core::FilmConfig>& config, Index condition, Index width);

  Signal operator()(const Signal& x, const Signal& condition) const;
};

// f(x), format 3.
Signal activate(const nam_core::ActivationConfig& config, const Signal& x);

}  // namespace oracle
