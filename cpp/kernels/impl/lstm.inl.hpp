// How many hidden units an LSTM computes together: lstm.cpp computes them, the table says it to the engine.
#pragma once

namespace nam_core::detail::kernels {
namespace {

// Vectors whose four gates are summed in registers.
inline constexpr int kLstmVectors = kRegisters >= 32 ? 4 : 3;

}  // namespace
}  // namespace nam_core::detail::kernels
