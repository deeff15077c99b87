// Translates a checked model to the engine's description as Python's engine/lowering.py does with
// compat="pytorch".
#pragma once

#include "nam_file/config.hpp"

namespace nam_core::detail::nam_file {

// Owns what descriptions refer to. Moving the arena does not move its contents.
class Arena {
 public:
  template <class T>
  std::span<const T> keep(std::vector<T> values) {
    const auto kept = std::make_shared<const std::vector<T>>(std::move(values));
    kept_.push_back(kept);
    return *kept;
  }
  void keep(ModelPointer model) { kept_.push_back(std::move(model)); }

 private:
  std::vector<std::shared_ptr<const void>> kept_;
};

// The description of a model without slimmable parts; the arena owns what it refers to.
ModelDescription lower(const ModelPointer& model, Arena& arena);

}  // namespace nam_core::detail::nam_file
