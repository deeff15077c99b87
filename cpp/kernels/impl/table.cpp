// The tables of one kernel set.
#include "kernels/impl/functions.hpp"
#include NAM_KERNEL_VECTORS
#include "kernels/impl/panels.inl.hpp"

namespace nam_core::detail::kernels::NAM_KERNEL_SET {

extern const KernelTable<float> table_f32 = {
    Vec<float>::lanes, kMaxPanelRows, conv, activation, layer,   copy, add, multiply, blend, film, lstm,
    forward,           backward,      turn, spectra,    saturate};
extern const KernelTable<double> table_f64 = {Vec<double>::lanes,
                                              kMaxPanelRows,
                                              conv,
                                              activation,
                                              nullptr,
                                              copy,
                                              add,
                                              multiply,
                                              blend,
                                              film,
                                              lstm,
                                              forward,
                                              backward,
                                              turn,
                                              spectra,
                                              saturate};

}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
