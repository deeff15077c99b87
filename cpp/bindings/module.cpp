// The extension module nam_core._core: names and array plumbing only. What arguments mean, and what is said
// about wrong ones, is Python's business; arrays that do not fit exactly are handed back, never converted.
#include <pybind11/stl.h>

#include "base/errors.hpp"
#include "bindings/audio.hpp"
#include "bindings/measuring.hpp"
#include "bindings/released.hpp"
#include "engine/engine.hpp"
#include "engine/finite.hpp"

namespace py = pybind11;
using namespace nam_core::detail;
using namespace nam_core::detail::bindings;

namespace {

// Processes block into out (a new array for None) and returns it; returns None, having done nothing, when an
// array does not fit exactly, out overlaps block, or a sample is not finite.
template <class T>
py::object process(engine::Engine<T>& engine, const py::object& block, py::object out) {
  const Audio<T> in(block, engine.in_channels(), false);
  if (!in.data) return py::none();
  if (out.is_none()) out = make_array<T>(engine.out_channels(), in.frames);
  const Audio<T> result(out, engine.out_channels(), true);
  if (!result.data || result.frames != in.frames) return py::none();
  if (overwrites(in, engine.in_channels(), result, engine.out_channels())) return py::none();
  const kernels::ConstRows<T> in_rows{in.data, in.stride};
  bool finite;
  Signals signals(in.frames);
  {
    Released released;
    signals.watch_in(released);
    finite = engine::all_finite(in_rows, engine.in_channels(), in.frames);
    if (finite) engine.process(in_rows, {result.data, result.stride}, in.frames, signals);
  }
  signals.raise_if_interrupted();
  return finite ? out : py::none();
}

template <class T>
void bind_engine(py::module_& m, const char* model_name, const char* engine_name) {
  using Model = engine::SettledModel<T>;
  using Engine = engine::Engine<T>;
  using Unlocked = py::call_guard<Released>;
  py::class_<Model>(m, model_name)
      .def(py::init<const engine::ModelDescription&, std::string_view>(), py::arg("model"), py::arg("isa"),
           Unlocked())
      .def_property_readonly("isa", [](const Model& model) { return model.kernel_set().name; })
      .def_property_readonly("settles", &Model::settles)
      .def_property_readonly("receptive_field", &Model::receptive_field)
      .def_property_readonly("memory_bytes", &Model::memory_bytes);
  py::class_<Engine>(m, engine_name)
      .def(py::init<const Model&, double, std::int64_t>(), py::arg("model"), py::arg("gain"),
           py::arg("warm_frames"), Unlocked())
      .def("process", &process<T>, py::arg("block"), py::arg("out"))
      .def("time_blocks", &time_blocks<T>, py::arg("audio").noconvert(), py::arg("block"))
      .def("time_run", &time_run<T>, py::arg("audio").noconvert(), py::arg("block"))
      .def("profile", &profile<T>, py::arg("audio").noconvert(), py::arg("block"))
      .def("fma_limit", &fma_limit<T>, py::arg("rounds"))
      .def("reset", &Engine::reset)
      .def("copy", &Engine::copy, Unlocked())
      .def("switch_to", &Engine::switch_to, py::arg("model"), py::arg("gain"), py::arg("fade_frames"),
           Unlocked())
      .def_property_readonly("switching", &Engine::switching)
      .def("memory_bytes", &Engine::memory_bytes, Unlocked());
}

void bind_layer_configs(py::module_& m) {
  using namespace layers;
  py::enum_<ActivationKind>(m, "ActivationKind")
      .value("Tanh", ActivationKind::tanh)
      .value("ReLU", ActivationKind::relu)
      .value("LeakyReLU", ActivationKind::leaky_relu)
      .value("PReLU", ActivationKind::prelu)
      .value("Sigmoid", ActivationKind::sigmoid)
      .value("SiLU", ActivationKind::silu)
      .value("Hardswish", ActivationKind::hardswish)
      .value("LeakyHardtanh", ActivationKind::leaky_hardtanh)
      .value("Softsign", ActivationKind::softsign)
      .value("Softsigmoid", ActivationKind::softsigmoid)
      .value("Fasttanh", ActivationKind::fasttanh);
  py::enum_<GatingMode>(m, "GatingMode")
      .value("none", GatingMode::none)
      .value("gated", GatingMode::gated)
      .value("blended", GatingMode::blended);
  py::class_<ActivationConfig>(m, "ActivationConfig")
      .def(py::init<>())
      .def_readwrite("kind", &ActivationConfig::kind)
      .def_readwrite("parameters", &ActivationConfig::parameters);
  py::class_<FilmConfig>(m, "FilmConfig")
      .def(py::init<>())
      .def_readwrite("shift", &FilmConfig::shift)
      .def_readwrite("groups", &FilmConfig::groups);
}

void bind_wavenet_configs(py::module_& m) {
  using namespace wavenet;
  py::enum_<Residual>(m, "Residual")
      .value("layer1x1", Residual::layer1x1)
      .value("activation", Residual::activation)
      .value("none", Residual::none);
  py::class_<LayerConfig>(m, "LayerConfig")
      .def(py::init<>())
      .def_readwrite("kernel_size", &LayerConfig::kernel_size)
      .def_readwrite("dilation", &LayerConfig::dilation)
      .def_readwrite("gating_mode", &LayerConfig::gating_mode)
      .def_readwrite("activation", &LayerConfig::activation)
      .def_readwrite("secondary_activation", &LayerConfig::secondary_activation)
      .def_readwrite("residual", &LayerConfig::residual)
      .def_readwrite("films", &LayerConfig::films);
  py::class_<LayerArrayConfig>(m, "LayerArrayConfig")
      .def(py::init<>())
      .def_readwrite("input_size", &LayerArrayConfig::input_size)
      .def_readwrite("condition_size", &LayerArrayConfig::condition_size)
      .def_readwrite("channels", &LayerArrayConfig::channels)
      .def_readwrite("bottleneck", &LayerArrayConfig::bottleneck)
      .def_readwrite("groups_input", &LayerArrayConfig::groups_input)
      .def_readwrite("groups_input_mixin", &LayerArrayConfig::groups_input_mixin)
      .def_readwrite("layer1x1_groups", &LayerArrayConfig::layer1x1_groups)
      .def_readwrite("head1x1_channels", &LayerArrayConfig::head1x1_channels)
      .def_readwrite("head1x1_groups", &LayerArrayConfig::head1x1_groups)
      .def_readwrite("layers", &LayerArrayConfig::layers)
      .def_readwrite("head_channels", &LayerArrayConfig::head_channels)
      .def_readwrite("head_kernel_size", &LayerArrayConfig::head_kernel_size)
      .def_readwrite("head_dilation", &LayerArrayConfig::head_dilation)
      .def_readwrite("head_bias", &LayerArrayConfig::head_bias);
  py::class_<PostStackHeadConfig>(m, "PostStackHeadConfig")
      .def(py::init<>())
      .def_readwrite("channels", &PostStackHeadConfig::channels)
      .def_readwrite("out_channels", &PostStackHeadConfig::out_channels)
      .def_readwrite("kernel_sizes", &PostStackHeadConfig::kernel_sizes)
      .def_readwrite("activation", &PostStackHeadConfig::activation);
  py::class_<WaveNetConfig>(m, "WaveNetConfig")
      .def(py::init<>())
      .def_readwrite("in_channels", &WaveNetConfig::in_channels)
      .def_readwrite("layers", &WaveNetConfig::layers)
      .def_readwrite("head", &WaveNetConfig::head)
      .def_readwrite("head_scale", &WaveNetConfig::head_scale);
}

void bind_model_configs(py::module_& m) {
  py::class_<lstm::LstmConfig>(m, "LstmConfig")
      .def(py::init<>())
      .def_readwrite("num_layers", &lstm::LstmConfig::num_layers)
      .def_readwrite("input_size", &lstm::LstmConfig::input_size)
      .def_readwrite("hidden_size", &lstm::LstmConfig::hidden_size)
      .def_readwrite("out_channels", &lstm::LstmConfig::out_channels)
      .def_readwrite("fast_tanh", &lstm::LstmConfig::fast_tanh)
      .def_readwrite("prewarm_frames", &lstm::LstmConfig::prewarm_frames);
  py::class_<convnet::ConvNetConfig>(m, "ConvNetConfig")
      .def(py::init<>())
      .def_readwrite("in_channels", &convnet::ConvNetConfig::in_channels)
      .def_readwrite("out_channels", &convnet::ConvNetConfig::out_channels)
      .def_readwrite("channels", &convnet::ConvNetConfig::channels)
      .def_readwrite("groups", &convnet::ConvNetConfig::groups)
      .def_readwrite("dilations", &convnet::ConvNetConfig::dilations)
      .def_readwrite("batchnorm", &convnet::ConvNetConfig::batchnorm)
      .def_readwrite("activation", &convnet::ConvNetConfig::activation);
  py::class_<linear::LinearConfig>(m, "LinearConfig")
      .def(py::init<>())
      .def_readwrite("in_channels", &linear::LinearConfig::in_channels)
      .def_readwrite("out_channels", &linear::LinearConfig::out_channels)
      .def_readwrite("receptive_field", &linear::LinearConfig::receptive_field)
      .def_readwrite("bias", &linear::LinearConfig::bias);
  using Description = engine::ModelDescription;
  py::class_<Description, std::shared_ptr<Description>>(m, "ModelDescription")
      .def(py::init([](decltype(Description::config) config, const py::array_t<float>& weights,
                       std::shared_ptr<Description> condition_dsp) {
             return std::make_shared<Description>(
                 Description{std::move(config),
                             {weights.data(), weights.data() + weights.size()},
                             std::move(condition_dsp)});
           }),
           py::arg("config"), py::arg("weights").noconvert(), py::arg("condition_dsp") = nullptr);
}

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

}  // namespace

PYBIND11_MODULE(_core, m, py::mod_gil_not_used()) {
  m.doc() = "The native engine of nam_core. Private: use the functions of nam_core.";
  py::register_exception<ConfigError>(m, "ConfigError", PyExc_ValueError);
  py::register_exception<WeightError>(m, "WeightError", PyExc_ValueError);
  py::register_exception<IsaError>(m, "IsaError", PyExc_RuntimeError);
  py::register_exception<BusyError>(m, "BusyError", PyExc_RuntimeError);
  bind_layer_configs(m);
  bind_wavenet_configs(m);
  bind_model_configs(m);
  bind_engine<float>(m, "SettledModelF32", "EngineF32");
  bind_engine<double>(m, "SettledModelF64", "EngineF64");
  m.def("kernel_sets", &kernel_sets);
  m.attr("compiler") = NAM_COMPILER;
  m.attr("tile") = base::kTile;
#ifdef NDEBUG
  m.attr("asserts") = false;
#else
  m.attr("asserts") = true;
#endif
}
