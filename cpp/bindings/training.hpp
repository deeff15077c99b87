// Training, for Python: `_core.Trainer`.
#pragma once

#include <pybind11/pybind11.h>

namespace nam_core::detail::bindings {

void bind_training(pybind11::module_& m);

}  // namespace nam_core::detail::bindings
