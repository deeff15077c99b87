// Sizes of a model that can be slimmed, and the model of a given size (format 7 and 8). Python's
// format/slimming.py.
#pragma once

#include "nam_file/config.hpp"

namespace nam_core::detail::nam_file {

// One size, ready to be lowered: no slimming and no container is left in it.
struct SlimModel {
  Size size;
  ModelPointer model;
};

// The sizes of the model in ascending order of quality; a single one if it cannot be slimmed. Sizes that
// would cut what cannot be cut are left out (format 7.5); an error if that is the full one.
Result<std::vector<SlimModel>> slim_models(const ModelPointer& model);

}  // namespace nam_core::detail::nam_file
