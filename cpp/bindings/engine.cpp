// Engines for Python. Arrays that do not fit exactly are refused (None is returned), never converted.
#include "bindings/engine.hpp"

#include "bindings/audio.hpp"
#include "bindings/description.hpp"
#include "bindings/measuring.hpp"
#include "bindings/playing.hpp"
#include "engine/engine.hpp"
#include "engine/finite.hpp"

namespace nam_core::detail::bindings {

namespace {

// Processes block into out (None: a new array) and returns out. Returns None and does nothing if an array
// does not fit exactly, if writing out would overwrite input that is still to be read, or if a sample is not
// finite.
template <class T>
py::object process(py::handle self, const py::object& block, py::object out) {
  auto& engine = self.cast<engine::Engine<T>&>();
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
    Playing<T> playing(self, engine);
    signals.watch_in(playing.released());
    finite = engine::all_finite(in_rows, engine.in_channels(), in.frames);
    if (finite) engine.process(playing.use(), in_rows, {result.data, result.stride}, in.frames, signals);
  }
  signals.raise_if_interrupted();
  return finite ? out : py::none();
}

// Each part is a tuple of SettledModel, gain and warm_frames.
template <class T>
std::unique_ptr<engine::Engine<T>> make_engine(const py::list& parts, const py::object& prewarm_frames,
                                               bool counted) {
  std::vector<engine::Part<T>> made;
  for (const py::handle part : parts) {
    const auto values = py::cast<py::tuple>(part);
    made.push_back({&values[0].cast<const engine::SettledModel<T>&>(), values[1].cast<double>(),
                    values[2].cast<std::int64_t>()});
  }
  std::optional<int> prewarm;
  if (!prewarm_frames.is_none()) prewarm = prewarm_frames.cast<int>();
  if (made.empty() || (made.size() > 1 && !prewarm))
    throw py::value_error(made.empty() ? "parts must have at least one entry"
                                       : "prewarm_frames must be a number if there are several parts");
  const Released released;
  return std::make_unique<engine::Engine<T>>(std::span<const engine::Part<T>>(made), prewarm, counted);
}

template <class T>
void bind_engine(py::module_& m, const char* model_name, const char* engine_name) {
  using Model = engine::SettledModel<T>;
  using Engine = engine::Engine<T>;
  using Unlocked = py::call_guard<Released>;
  py::class_<Model>(m, model_name)
      .def(py::init([](const Description& model, std::string_view isa,
                       std::shared_ptr<engine::MemoryLimit> limit) {
             const Released released;
             return std::make_unique<Model>(model.model(), isa, std::move(limit));
           }),
           py::arg("model"), py::arg("isa"), py::arg("limit"))
      .def_property_readonly("isa", [](const Model& model) { return model.kernel_set().name; })
      .def_property_readonly("settles", [](const Model& model) { return model.reach().settles; })
      .def_property_readonly("receptive_field",
                             [](const Model& model) { return model.reach().receptive_field; })
      .def_property_readonly("bit_memory", [](const Model& model) { return model.reach().bit_memory; })
      .def_property_readonly("grid", [](const Model& model) { return model.reach().grid; })
      .def_property_readonly("macs", &Model::macs)
      .def_property_readonly("memory_bytes", &Model::memory_bytes);
  py::class_<Engine>(m, engine_name)
      .def(py::init(&make_engine<T>), py::arg("parts"), py::arg("prewarm_frames"), py::arg("counted"))
      .def("process", &process<T>, py::arg("block"), py::arg("out"))
      .def("time_blocks", &time_blocks<T>, py::arg("audio").noconvert(), py::arg("block"))
      .def("time_run", &time_run<T>, py::arg("audio").noconvert(), py::arg("block"))
      .def("profile", &profile<T>, py::arg("audio").noconvert(), py::arg("block"))
      .def("fma_limit", &fma_limit<T>, py::arg("rounds"))
      .def("reset", &Engine::reset)
      .def("copy", &copy<T>)
      .def("switch_to",
           py::overload_cast<std::size_t, const Model&, double, std::int64_t>(&Engine::switch_to),
           py::arg("switcher"), py::arg("model"), py::arg("gain"), py::arg("fade_frames"), Unlocked())
      .def_property_readonly("switching", &Engine::switching)
      .def("memory_bytes", &Engine::memory_bytes, Unlocked());
}

}  // namespace

void bind_engines(py::module_& m) {
  using engine::MemoryLimit;
  py::class_<MemoryLimit, std::shared_ptr<MemoryLimit>>(m, "MemoryLimit")
      .def(py::init<std::int64_t>(), py::arg("most"))
      .def_property_readonly("used", &MemoryLimit::used);
  bind_engine<float>(m, "SettledModelF32", "EngineF32");
  bind_engine<double>(m, "SettledModelF64", "EngineF64");
}

}  // namespace nam_core::detail::bindings
