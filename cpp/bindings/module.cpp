// The extension module nam_core._core: names and array plumbing only. What arguments mean, and what is said
// about wrong ones, is Python's business.
#include <pybind11/pybind11.h>

#include "base/errors.hpp"
#include "bindings/description.hpp"
#include "bindings/engine.hpp"
#include "dispatch/registry.hpp"
#include "kernels/kernel_table.hpp"
#include "layers/long_response/tier_sizes.hpp"
#include "nam_core/version.hpp"

namespace py = pybind11;
using namespace nam_core::detail;

namespace {

// One dict per compiled kernel set, best first.
py::list kernel_sets() {
  py::list result;
  for (const auto& set : kernels::kernel_sets()) {
    py::dict entry;
    entry["name"] = set.name;
    entry["supported"] = set.supported;
    entry["fused"] = set.fused;
    entry["lanes"] = set.f32->lanes;
    entry["panel_rows"] = set.f32->max_panel_rows;
    result.append(entry);
  }
  return result;
}

// How a response of so many taps is divided: bit_memory and grid as in base::Model, and of each tier the
// block, the first tap and the number of partitions.
py::dict response_sizes(int taps) {
  const layers::ResponseSizes sizes = layers::response_sizes(taps);
  py::list tiers;
  for (const layers::TierSize& tier : sizes.tiers)
    tiers.append(py::make_tuple(tier.block, tier.first_tap, tier.partitions));
  py::dict result;
  result["direct_taps"] = sizes.direct_taps;
  result["tiers"] = tiers;
  result["bit_memory"] = sizes.bit_memory();
  result["grid"] = sizes.grid();
  return result;
}

}  // namespace

PYBIND11_MODULE(_core, m, py::mod_gil_not_used()) {
  m.doc() = "The native engine of nam_core. Private: use the functions of nam_core.";
  py::register_exception<ConfigError>(m, "ConfigError", PyExc_ValueError);
  py::register_exception<WeightError>(m, "WeightError", PyExc_ValueError);
  py::register_exception<IsaError>(m, "IsaError", PyExc_RuntimeError);
  py::register_exception<BusyError>(m, "BusyError", PyExc_RuntimeError);
  bindings::bind_description(m);
  bindings::bind_engines(m);
  m.def("kernel_sets", &kernel_sets);
  m.def("response_sizes", &response_sizes, py::arg("taps"));
  m.attr("version") = NAM_CORE_VERSION;
  m.attr("compiler") = NAM_CORE_COMPILER;
  m.attr("tile") = kernels::kTile;
#ifdef NDEBUG
  m.attr("asserts") = false;
#else
  m.attr("asserts") = true;
#endif
}
