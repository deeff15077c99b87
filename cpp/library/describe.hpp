// From a model's constants to what the engine is built from.
#pragma once

#include "engine/description.hpp"
#include "nam_core/description.hpp"

namespace nam_core {

// The same configuration and weights. Allocates.
nam_core::detail::engine::ModelDescription describe(const ModelDescription& model);

}  // namespace nam_core
