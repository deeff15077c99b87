// The extension module nam_core._core: it names things and passes arrays, no more. Python decides what
// arguments mean, and writes the messages about wrong ones.
#include <pybind11/pybind11.h>

#include "base/errors.hpp"
#include "bindings/description.hpp"
#include "bindings/engine.hpp"
#include "bindings/metering.hpp"
#include "bindings/plan.hpp"
#include "bindings/training.hpp"
#include "kernels/kernel_table.hpp"
#include "nam_core/version.hpp"

namespace py = pybind11;
using namespace nam_core::detail;

PYBIND11_MODULE(_core, m, py::mod_gil_not_used()) {
  m.doc() = "The native engine of nam_core. Private: use the functions of nam_core.";
  py::register_exception<ConfigError>(m, "ConfigError", PyExc_ValueError);
  py::register_exception<WeightError>(m, "WeightError", PyExc_ValueError);
  py::register_exception<IsaError>(m, "IsaError", PyExc_RuntimeError);
  py::register_exception<LimitError>(m, "LimitError", PyExc_RuntimeError);
  py::register_exception<BusyError>(m, "BusyError", PyExc_RuntimeError);
  bindings::bind_description(m);
  bindings::bind_engines(m);
  bindings::bind_plan(m);
  bindings::bind_metering(m);
  bindings::bind_training(m);
  m.attr("version") = NAM_CORE_VERSION;
  m.attr("compiler") = NAM_CORE_COMPILER;
  m.attr("tile") = kernels::kTile;
#ifdef NDEBUG
  m.attr("asserts") = false;
#else
  m.attr("asserts") = true;
#endif
}
