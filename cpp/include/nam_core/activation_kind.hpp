// The activation functions. The kernel tables, the sizes of these, and the names in Python and in exported
// headers follow from the one list below. Included by the kernels too, so it includes nothing and defines no
// function.
#pragma once

// X(kind, parameters, slowest, ...): the name in models; how many parameters one channel takes; for the cost
// model the slowest operation of the kernel (docs/cost-model.md), or `pass`; and then for each parameter its
// key in a file and the default (format 3, D8d). LeakyReLU has slopes from 0 to 1, PReLU any slopes. Fasttanh
// is the NAM plugin's rational approximation.
#define NAM_CORE_ACTIVATIONS(X)                                                                            \
  X(Tanh, 0, tanh)                                                                                         \
  X(ReLU, 0, pass)                                                                                         \
  X(LeakyReLU, 1, pass, {"negative_slope", 0.01})                                                          \
  X(PReLU, 1, pass, {"negative_slope", 0.25})                                                              \
  X(Sigmoid, 0, exponential)                                                                               \
  X(SiLU, 0, exponential)                                                                                  \
  X(Hardswish, 0, division)                                                                                \
  X(LeakyHardtanh, 4, pass, {"min_val", -1.0}, {"max_val", 1.0}, {"min_slope", 0.01}, {"max_slope", 0.01}) \
  X(Softsign, 0, division)                                                                                 \
  X(Softsigmoid, 0, division)                                                                              \
  X(Fasttanh, 0, division)

namespace nam_core {

#define NAM_CORE_KIND(kind, parameters, slowest, ...) kind,
enum class ActivationKind : int { NAM_CORE_ACTIVATIONS(NAM_CORE_KIND) };
#undef NAM_CORE_KIND

// How many parameters one channel takes, by ActivationKind.
#define NAM_CORE_COUNT(kind, parameters, slowest, ...) parameters,
inline constexpr int kParametersOf[] = {NAM_CORE_ACTIVATIONS(NAM_CORE_COUNT)};
#undef NAM_CORE_COUNT
inline constexpr int kActivationKinds = sizeof(kParametersOf) / sizeof(int);

}  // namespace nam_core
