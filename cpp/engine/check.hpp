// Checks whether an engine can be built from a description. Every such rule is here and nowhere else: plans
// and models are made only of descriptions that have passed.
#pragma once

#include <optional>

#include "nam_core/description.hpp"
#include "nam_core/result.hpp"

namespace nam_core::detail::engine {

// The error of a configuration whose sizes do not fit together or exceed the engine's limits; none if it is
// valid. Weights are not checked. Allocates.
std::optional<Error> check_config(const ModelDescription& model);

// The same, and then checks the number of weights. A description that passes can be planned and built without
// an error. Allocates.
std::optional<Error> check_model(const ModelDescription& model);

}  // namespace nam_core::detail::engine
