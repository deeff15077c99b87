// The sizes of a slimmable model, and the model of each size (format 7 and 8), as in Python's
// format/slimming.py.
#pragma once

#include "nam_file/config.hpp"

namespace nam_core::detail::nam_file {

// One size, ready to be lowered: it contains no slimmable part and no container.
struct SlimModel {
  Size size;
  ModelPointer model;
};

// The sizes of the model in ascending order of quality; a single one if it cannot be slimmed. Sizes that
// would cut a part that cannot be cut are left out (format 7.5); it is an error if the full size is one of
// them.
Result<std::vector<SlimModel>> slim_models(const ModelPointer& model);

}  // namespace nam_core::detail::nam_file
