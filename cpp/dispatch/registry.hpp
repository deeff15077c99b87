// Which kernel sets exist, and which one a model gets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernels/kernel_table.hpp"

namespace nam_core::detail::kernels {

// One kernel set: a name and its tables for both precisions.
struct KernelSet {
  const char* name;
  bool fused;      // whether its multiply-adds are fused; all sets of which this is true compute the same
                   // bits
  bool supported;  // by the processor this runs on
  const KernelTable<float>* f32;
  const KernelTable<double>* f64;

  template <class T>
  const KernelTable<T>& table() const;
};

// The sets compiled into this library, best first. Does not throw.
const std::vector<KernelSet>& kernel_sets();

// The set of this name; for "", the best set that this processor supports. "scalar" is the fused scalar set
// if the processor has fused multiply-add, otherwise "scalar-nofma". Null if there is no such set.
const KernelSet* find_kernel_set(std::string_view name);
// The error message for a name without an available set; it lists the available sets.
std::string no_kernel_set(std::string_view name);

// The set that find_kernel_set returns. Throws IsaError if there is none.
const KernelSet& choose_kernel_set(std::string_view name);

}  // namespace nam_core::detail::kernels
