// SOAP: Adam in the eigenbasis of Shampoo's statistics (Vyas and others, arXiv 2409.11321), with one matrix
// for each sum of a network. It uses double precision and plain loops, so that it gives the same bits
// everywhere.
#pragma once

#include <cstdint>
#include <span>

#include "training/network_plan.hpp"

namespace nam_core::detail::training {

struct SoapSettings {
  double rate = 0.008;
  double beta1 = 0.95, beta2 = 0.95, statistics = 0.95, epsilon = 1e-12;
  int renewal = 10;  // steps between two renewals of a matrix's eigenbases
};

// Number of doubles in the state of these matrices; they start at 0.
std::size_t soap_state_size(std::span<const ParameterMatrix> matrices);

// Does step `number`, counted from 1. The first step only initialises the statistics. The bits do not depend
// on the number of threads. Allocates scratch.
void soap_step(const SoapSettings& settings, std::int64_t step, std::span<const ParameterMatrix> matrices,
               const float* gradient, int threads, double* state, float* parameters);

}  // namespace nam_core::detail::training
