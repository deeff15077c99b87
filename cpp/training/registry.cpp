#include "training/registry.hpp"

#include "base/errors.hpp"
#include "compiled_training.hpp"

namespace nam_core::detail::training {

const kernels::TrainingTable& training_table(std::string_view name) {
  for (const CompiledTraining& set : kCompiledTraining)
    if (set.name == name) return *set.table;
  throw IsaError("no training kernels are compiled for \"" + std::string(name) + "\"");
}

}  // namespace nam_core::detail::training
