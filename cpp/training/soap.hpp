// SOAP: Adam in the eigenbasis of Shampoo's statistics (Vyas and others, arXiv 2409.11321), on one matrix per
// sum of a network. In double precision and by plain loops, so that it gives the same bits everywhere.
#pragma once

#include <cstdint>
#include <span>

#include "training/network_plan.hpp"

namespace nam_core::detail::training {

struct SoapSettings {
  double rate = 0.008;
  double beta1 = 0.95, beta2 = 0.95, statistics = 0.95, epsilon = 1e-12;
  int renewal = 10;  // steps between two renewals of a matrix's bases
};

// Doubles that the state of these matrices takes: all 0 at first.
std::size_t soap_state_size(std::span<const ParameterMatrix> matrices);

// One step, number `step` from 1 on. The first one only begins the statistics. The same bits for any number
// of threads. Allocates scratch.
void soap_step(const SoapSettings& settings, std::int64_t step, std::span<const ParameterMatrix> matrices,
               const float* gradient, int threads, double* state, float* parameters);

}  // namespace nam_core::detail::training
