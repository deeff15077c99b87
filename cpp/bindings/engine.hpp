// Engines of both precisions, for Python.
#pragma once

#include <pybind11/pybind11.h>

namespace nam_core::detail::bindings {

// `_core.SettledModelF32`, `EngineF32`, and the same for F64. ModelDescription comes before them.
void bind_engines(pybind11::module_& m);

}  // namespace nam_core::detail::bindings
