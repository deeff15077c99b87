#include "dispatch/registry.hpp"

#include "base/errors.hpp"
#include "dispatch/cpu_features.hpp"
#include "compiled_sets.hpp"

namespace nam_core::detail::kernels {

template <>
const KernelTable<float>& KernelSet::table<float>() const {
  return *f32;
}
template <>
const KernelTable<double>& KernelSet::table<double>() const {
  return *f64;
}

const std::vector<KernelSet>& kernel_sets() {
  // Never destroyed: a thread may still be in a model while the process exits.
  static const auto& sets = *new std::vector<KernelSet>(compiled_sets(detect_cpu_features()));
  return sets;
}

const KernelSet* find_kernel_set(std::string_view name) {
  for (const KernelSet& set : kernel_sets()) {
    // A name also matches its variants: "scalar" is "scalar-nofma" where the processor lacks FMA.
    const std::string_view set_name = set.name;
    const bool matches = name.empty() || name == set_name || name == set_name.substr(0, set_name.find('-'));
    if (matches && set.supported) return &set;
  }
  return nullptr;
}

std::string no_kernel_set(std::string_view name) {
  std::string supported, unsupported;
  for (const KernelSet& set : kernel_sets())
    (set.supported ? supported : unsupported) += std::string(" ") + set.name;
  return "instruction set \"" + std::string(name) + "\" is not available; this processor runs:" + supported +
         "; compiled but not supported here:" + (unsupported.empty() ? " none" : unsupported);
}

const KernelSet& choose_kernel_set(std::string_view name) {
  if (const KernelSet* set = find_kernel_set(name)) return *set;
  raise<IsaError>(no_kernel_set(name));
}

}  // namespace nam_core::detail::kernels
