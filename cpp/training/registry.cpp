#include "training/registry.hpp"

#include "base/errors.hpp"
#include "compiled_training.hpp"

namespace nam_core::detail::training {

const kernels::TrainingTable& training_table(std::string_view name) {
  for (const CompiledTraining& set : kCompiledTraining)
    if (set.name == name) return *set.table;
  throw IsaError("no training kernels are compiled for \"" + std::string(name) + "\"");
}

const kernels::TrainingTable& stft_table(std::string_view name) {
  for (const CompiledTraining& set : kCompiledTraining)
    if (name == "avx512" && set.name == "avx2") return *set.table;
  return training_table(name);
}

}  // namespace nam_core::detail::training
