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
  bool fused;      // whether its multiply-adds are fused: sets that fuse agree bit for bit
  bool supported;  // by the processor this runs on
  const KernelTable<float>* f32;
  const KernelTable<double>* f64;

  template <class T>
  const KernelTable<T>& table() const;
};

// The sets compiled into this library, best first. Does not throw.
const std::vector<KernelSet>& kernel_sets();

// The set of this name, or the best supported one for "" . "scalar" is the fused scalar set where the
// processor has fused multiply-add, and the plain one elsewhere. Null if it is not available.
const KernelSet* find_kernel_set(std::string_view name);
// What is wrong with such a name: the message names what is available.
std::string no_kernel_set(std::string_view name);

// The same set. Throws IsaError if it is not available.
const KernelSet& choose_kernel_set(std::string_view name);

}  // namespace nam_core::detail::kernels
