// A model's description, read from Python's plain data (nam_core/engine/description.py).
#pragma once

#include <pybind11/pybind11.h>

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "nam_core/description.hpp"

namespace nam_core::detail::bindings {

// Owns memory for arrays of plain data, and frees it on destruction.
class Arena {
 public:
  template <class T>
  std::span<T> make(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= alignof(std::max_align_t));
    T* first = reinterpret_cast<T*>(blocks_.emplace_back(new std::byte[count * sizeof(T)]).get());
    std::uninitialized_value_construct_n(first, count);
    return {first, count};
  }

 private:
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
};

// A description and everything that it refers to.
class Description {
 public:
  // `from` has an attribute for each field of ModelDescription, by its name; nested objects have those of
  // their structs. Throws TypeError for an attribute that is missing, unknown or of another type, ValueError
  // for an unknown enumerator. Messages name the place. Allocates.
  explicit Description(const pybind11::object& from);

  const ModelDescription& model() const noexcept { return model_; }

 private:
  Arena arena_;
  ModelDescription model_;
};

// `_core.ModelDescription`, and lists of the structs, enumerators and parameters that it knows.
void bind_description(pybind11::module_& m);

}  // namespace nam_core::detail::bindings
