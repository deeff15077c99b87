// Plans for Python: the kernels that an engine would run and the memory that it would take, for any kernel
// set, before anything is built.
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string_view>

#include "base/errors.hpp"
#include "bindings/description.hpp"
#include "dispatch/registry.hpp"
#include "engine/engine.hpp"
#include "layers/long_response/tier_sizes.hpp"

namespace nam_core::detail::bindings {

namespace py = pybind11;

#define NAM_CORE_NAME(kind, parameters, slowest, ...) #kind,
inline constexpr const char* kActivationNames[] = {NAM_CORE_ACTIVATIONS(NAM_CORE_NAME)};
#undef NAM_CORE_NAME

// A plan with what follows from it.
struct PlannedModel {
  base::Plan plan;
  bool float64;
  std::int64_t settled_bytes;
};

// The bytes of a stream of these parts. Each part is a tuple of a plan and warm_frames, as for an engine.
inline std::int64_t stream_bytes(const py::list& parts, bool chained) {
  std::vector<engine::PartSize> sizes;
  bool float64 = false;
  for (const py::handle part : parts) {
    const auto values = py::cast<py::tuple>(part);
    const auto& model = values[0].cast<const PlannedModel&>();
    const base::Plan& plan = model.plan;
    sizes.push_back({plan.in_channels, plan.out_channels, plan.bytes.state, values[1].cast<std::int64_t>()});
    float64 = model.float64;
  }
  if (sizes.empty()) throw py::value_error("parts must have at least one entry");
  return float64 ? engine::Engine<double>::bytes(sizes, chained)
                 : engine::Engine<float>::bytes(sizes, chained);
}

template <class T>
PlannedModel plan_in(const ModelDescription& model, int lanes, int panel_rows) {
  const base::VectorUnit unit{lanes, panel_rows, kernels::kFusesLayers<T>};
  const engine::ModelPlan parts = engine::plan_model(model, unit);
  base::Plan plan = engine::list_steps<T>(parts);
  const std::int64_t settled_bytes = engine::SettledModel<T>::bytes(plan);
  return {std::move(plan), std::is_same_v<T, double>, settled_bytes};
}

// `lanes`: of a vector of this precision.
inline PlannedModel plan(const Description& description, bool float64, int lanes, int panel_rows) {
  const ModelDescription& model = description.model();
  return float64 ? plan_in<double>(model, lanes, panel_rows) : plan_in<float>(model, lanes, panel_rows);
}

// How a response of `taps` taps is divided: bit_memory and grid as in base::Reach, and of each tier the
// block, the first tap and the number of partitions.
inline py::dict response_sizes(int taps) {
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

inline py::dict entry_of(const kernels::KernelSet& set) {
  py::dict entry;
  entry["name"] = set.name;
  entry["supported"] = set.supported;
  entry["fused"] = set.fused;
  entry["lanes"] = set.f32->lanes;
  entry["lanes_float64"] = set.f64->lanes;
  entry["panel_rows"] = set.f32->max_panel_rows;
  return entry;
}

// One dict per compiled kernel set, best first.
inline py::list kernel_sets() {
  py::list result;
  for (const auto& set : kernels::kernel_sets()) result.append(entry_of(set));
  return result;
}

inline void bind_plan(py::module_& m) {
  using base::Step;
  py::class_<Step>(m, "Step")
      .def_property_readonly("name", [](const Step& step) { return step.name; })
      .def_property_readonly("part", [](const Step& step) { return base::name_of(step.part); })
      .def_property_readonly("kind", [](const Step& step) { return base::name_of(step.kind); })
      .def_readonly("array", &Step::array)
      .def_readonly("layer", &Step::layer)
      .def_readonly("depth", &Step::depth)
      .def_readonly("stage", &Step::stage)
      .def_readonly("joined", &Step::joined)
      .def_property_readonly("calls_kernel", &Step::calls_kernel)
      .def_readonly("in_rows", &Step::in_rows)
      .def_readonly("out_rows", &Step::out_rows)
      .def_readonly("taps", &Step::taps)
      .def_readonly("dilation", &Step::dilation)
      .def_readonly("groups", &Step::groups)
      .def_readonly("mixin_rows", &Step::mixin_rows)
      .def_readonly("mixin_groups", &Step::mixin_groups)
      .def_readonly("panels", &Step::panels)
      .def_readonly("terms", &Step::terms)
      .def_property_readonly("macs", &Step::macs)
      .def_property_readonly("activation",
                             [](const Step& step) -> const char* {
                               return step.activation ? kActivationNames[static_cast<int>(*step.activation)]
                                                      : nullptr;
                             })
      .def_readonly("values_read", &Step::values_read)
      .def_readonly("values_written", &Step::values_written)
      .def_readonly("weights", &Step::weights)
      .def_property_readonly("weight_bytes", [](const Step& step) { return step.bytes.weights; })
      .def_property_readonly("state_bytes", [](const Step& step) { return step.bytes.state; });
  py::class_<PlannedModel>(m, "Plan")
      .def_property_readonly("steps", [](const PlannedModel& model) { return model.plan.steps; })
      .def_property_readonly("macs", [](const PlannedModel& model) { return model.plan.macs(); })
      .def_property_readonly("weight_bytes",
                             [](const PlannedModel& model) { return model.plan.bytes.weights; })
      .def_property_readonly("state_bytes", [](const PlannedModel& model) { return model.plan.bytes.state; })
      .def_property_readonly("scratch_bytes",
                             [](const PlannedModel& model) { return model.plan.scratch_bytes; })
      .def_readonly("settled_bytes", &PlannedModel::settled_bytes);
  m.def("plan", &plan, py::arg("model"), py::arg("float64"), py::arg("lanes"), py::arg("panel_rows"));
  m.def("kernel_sets", &kernel_sets);
  m.def("response_sizes", &response_sizes, py::arg("taps"));
  m.def(
      "kernel_set", [](std::string_view isa) { return entry_of(kernels::choose_kernel_set(isa)); },
      py::arg("isa"));
  m.def(
      "warm_frames",
      [](int bit_memory, int grid, bool settles, double sample_rate) {
        return engine::warm_frames({1, bit_memory, grid, settles}, sample_rate);
      },
      py::arg("bit_memory"), py::arg("grid"), py::arg("settles"), py::arg("sample_rate"));
  m.def("stream_bytes", &stream_bytes, py::arg("parts"), py::arg("chained"));
}

}  // namespace nam_core::detail::bindings
