// The kernels of one kernel set. The units of this folder define them, table.cpp collects them, KernelTable
// describes them. Every unit is compiled once per set, with NAM_KERNEL_SET as its namespace and
// NAM_KERNEL_VECTORS as the header of its vectors (kernels.cmake). They are overloads and not templates,
// because an instantiated template would be a weak symbol.
#pragma once

#include "kernels/kernel_table.hpp"

namespace nam_core::detail::kernels::NAM_KERNEL_SET {

void conv(const ConvArgs<float>& args);
void conv(const ConvArgs<double>& args);
void activation(const ActivationArgs<float>& args);
void activation(const ActivationArgs<double>& args);
void layer(const LayerArgs<float>& args);
void copy(const ElementwiseArgs<float>& args);
void copy(const ElementwiseArgs<double>& args);
void add(const ElementwiseArgs<float>& args);
void add(const ElementwiseArgs<double>& args);
void multiply(const ElementwiseArgs<float>& args);
void multiply(const ElementwiseArgs<double>& args);
void blend(const ElementwiseArgs<float>& args);
void blend(const ElementwiseArgs<double>& args);
void film(const FilmArgs<float>& args);
void film(const FilmArgs<double>& args);
void lstm(const LstmArgs<float>& args);
void lstm(const LstmArgs<double>& args);
void forward(const PassArgs<float>& args);
void forward(const PassArgs<double>& args);
void backward(const PassArgs<float>& args);
void backward(const PassArgs<double>& args);
void turn(const TurnArgs<float>& args);
void turn(const TurnArgs<double>& args);
void spectra(const SpectraArgs<float>& args);
void spectra(const SpectraArgs<double>& args);
void saturate(int64_t rounds, float* kept);
void saturate(int64_t rounds, double* kept);

}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
