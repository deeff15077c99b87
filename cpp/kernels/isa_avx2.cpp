// AVX2 with FMA: 8 floats or 4 doubles.
#include "kernels/kernel_table.hpp"
#include "kernels/simd/vec_avx2.hpp"
#include "kernels/impl/table.inl.hpp"

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
extern const KernelTable<float> table_f32 = make_table<float>();
extern const KernelTable<double> table_f64 = make_table<double>();
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
