// From a description to the model that runs it.
#pragma once

#include <memory>

#include "base/model.hpp"
#include "nam_core/description.hpp"

namespace nam_core::detail::engine {

// Reads the description, and keeps none of it. Throws ConfigError, WeightError. Allocates.
template <class T>
std::unique_ptr<base::Model<T>> make_model(const kernels::KernelTable<T>& kernels,
                                           const ModelDescription& model);

}  // namespace nam_core::detail::engine
