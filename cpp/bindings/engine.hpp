// Engines of both precisions, for Python.
#pragma once

#include <pybind11/pybind11.h>

namespace nam_core::detail::bindings {

// Binds `_core.SettledModelF32`, `_core.EngineF32`, and the same for F64. ModelDescription must be bound
// before.
void bind_engines(pybind11::module_& m);

}  // namespace nam_core::detail::bindings
