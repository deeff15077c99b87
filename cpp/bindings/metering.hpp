// The loudness meter, for Python: `_core.LoudnessMeter`.
#pragma once

#include <pybind11/pybind11.h>

namespace nam_core::detail::bindings {

void bind_metering(pybind11::module_& m);

}  // namespace nam_core::detail::bindings
