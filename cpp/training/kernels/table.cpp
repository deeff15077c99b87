// The training table of one kernel set.
#include "training/kernels/functions.hpp"
#include NAM_KERNEL_VECTORS

namespace nam_core::detail::kernels::NAM_KERNEL_SET {

extern const TrainingTable training_table = {Vec<float>::lanes,   combine, outer,
                                             backward_activation, analyse, synthesise};

}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
