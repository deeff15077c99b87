// The scalar kernel set. Compiled twice on x86-64: with FMA ("scalar", the same bits as the vector sets) and
// for any processor ("scalar-nofma", correct to tolerance).
#include "kernels/kernel_table.hpp"
#include "kernels/simd/vec_scalar.hpp"
#include "kernels/impl/table.inl.hpp"

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
extern const KernelTable<float> table_f32 = make_table<float>();
extern const KernelTable<double> table_f64 = make_table<double>();
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
