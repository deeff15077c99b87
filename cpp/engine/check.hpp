// Whether an engine can be built from a description. Every rule about that is here and nowhere else: plans
// and models are made of what has passed.
#pragma once

#include <optional>

#include "nam_core/description.hpp"
#include "nam_core/result.hpp"

namespace nam_core::detail::engine {

// What is wrong with a configuration: sizes that do not fit together, or beyond the engine's limits. Weights
// are not looked at. Allocates.
std::optional<Error> check_config(const ModelDescription& model);

// The same, and then whether there are as many weights as the configuration implies. A description that
// passes can be planned and built without an error. Allocates.
std::optional<Error> check_model(const ModelDescription& model);

}  // namespace nam_core::detail::engine
