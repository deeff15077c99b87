// Training, for Python. Arrays that do not fit exactly are refused, never converted.
#include "bindings/training.hpp"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <string>
#include <variant>
#include <vector>

#include "base/errors.hpp"
#include "bindings/description.hpp"
#include "bindings/released.hpp"
#include "training/adam.hpp"
#include "training/soap.hpp"
#include "training/trainer.hpp"

namespace nam_core::detail::bindings {

namespace {

using training::Trainer;

template <class T>
using Array = py::array_t<T, py::array::c_style>;

// The values of an array of one axis, which must have `count` values unless `count` is negative.
template <class T>
T* values(Array<T>& array, std::ptrdiff_t count, const char* name) {
  if (array.ndim() != 1)
    throw py::value_error(std::string(name) + " must have 1 axis; found " + std::to_string(array.ndim()));
  if (count >= 0 && array.shape(0) != count)
    throw py::value_error(std::string(name) + " must have " + std::to_string(count) + " values; found " +
                          std::to_string(array.shape(0)));
  return array.mutable_data();
}

void check_threads(int threads) {
  if (threads < 1) throw py::value_error("threads must be at least 1; found " + std::to_string(threads));
}

std::ptrdiff_t parameters_of(const Trainer& trainer, int network) {
  return static_cast<std::ptrdiff_t>(trainer.plan(network).parameters);
}

std::unique_ptr<Trainer> make_trainer(const std::vector<const Description*>& networks, int frames,
                                      const py::dict& loss, std::string_view isa) {
  std::vector<const WaveNetConfig*> configs;
  for (const Description* network : networks) {
    configs.push_back(std::get_if<WaveNetConfig>(&network->model().config));
    if (!configs.back() || network->model().condition_dsp)
      throw ConfigError("the training engine takes only WaveNets without condition_dsp");
  }
  const auto weight = [&](const char* name) { return loss.contains(name) ? loss[name].cast<double>() : 0.0; };
  training::LossWeights weights;
  weights.mse = weight("mse"), weights.esr = weight("esr"), weights.dc = weight("dc");
  weights.mrstft = weight("mrstft"), weights.pre_emphasis = weight("pre_emphasis");
  weights.pre_emphasis_mrstft = weight("pre_emphasis_mrstft");
  weights.pre_emphasis_coefficient = weight("pre_emphasis_coefficient");
  weights.pre_emphasis_mrstft_coefficient = weight("pre_emphasis_mrstft_coefficient");
  return std::make_unique<Trainer>(configs, frames, weights, isa);
}

py::dict step(Trainer& trainer, int network, Array<float> parameters, Array<float> inputs,
              Array<float> targets, Array<std::int64_t> positions, Array<float> gradient, int threads,
              bool spectral_values) {
  const float* from = values(parameters, parameters_of(trainer, network), "parameters");
  float* to = values(gradient, parameters_of(trainer, network), "gradient");
  const std::ptrdiff_t frames = inputs.shape(0);
  const float* input = values(inputs, -1, "inputs");
  const float* target = values(targets, frames, "targets");
  const std::int64_t* position = values(positions, -1, "positions");
  const std::ptrdiff_t items = positions.shape(0);
  if (items < 1) throw py::value_error("positions must have at least one entry");
  check_threads(threads);
  const std::int64_t first = trainer.plan(network).receptive_field - 1;
  const std::int64_t last = frames - trainer.frames();
  for (std::ptrdiff_t item = 0; item < items; ++item)
    if (position[item] < first || position[item] > last)
      throw py::value_error("positions must be from " + std::to_string(first) + " to " +
                            std::to_string(last) + "; found " + std::to_string(position[item]));
  training::LossValues loss;
  {
    const Released released;
    loss = trainer.step(network, from, {input, target, {position, static_cast<std::size_t>(items)}}, threads,
                        spectral_values, to);
  }
  using namespace py::literals;
  return py::dict("mse"_a = loss.mse, "esr"_a = loss.esr, "dc"_a = loss.dc, "mrstft"_a = loss.mrstft,
                  "pre_emphasis"_a = loss.pre_emphasis, "pre_emphasis_mrstft"_a = loss.pre_emphasis_mrstft);
}

py::array predict(Trainer& trainer, int network, Array<float> parameters, Array<float> inputs, int threads) {
  const float* from = values(parameters, parameters_of(trainer, network), "parameters");
  const float* input = values(inputs, -1, "inputs");
  const int receptive_field = trainer.plan(network).receptive_field;
  const std::ptrdiff_t count = inputs.shape(0) - (receptive_field - 1);
  if (count < 1)
    throw py::value_error("inputs must have at least " + std::to_string(receptive_field) +
                          " frames, the receptive field; found " + std::to_string(inputs.shape(0)));
  check_threads(threads);
  py::array_t<float> outputs(count);
  float* to = outputs.mutable_data();
  const Released released;
  trainer.predict(network, from, input, count, threads, to);
  return outputs;
}

void adam(const Trainer& trainer, int network, std::int64_t step, Array<float> parameters,
          Array<float> gradient, Array<float> first, Array<float> second, double rate, double weight_decay,
          bool decoupled) {
  const std::ptrdiff_t count = parameters_of(trainer, network);
  training::AdamSettings settings;
  settings.rate = rate, settings.weight_decay = weight_decay, settings.decoupled = decoupled;
  training::adam_step(settings, step, static_cast<std::size_t>(count), trainer.plan(network).trained.data(),
                      values(gradient, count, "gradient"), values(parameters, count, "parameters"),
                      values(first, count, "first"), values(second, count, "second"));
}

void soap(const Trainer& trainer, int network, std::int64_t step, Array<float> parameters,
          Array<float> gradient, Array<double> state, double rate, int threads) {
  const std::ptrdiff_t count = parameters_of(trainer, network);
  const auto& matrices = trainer.plan(network).matrices;
  training::SoapSettings settings;
  settings.rate = rate;
  double* of_state = values(state, static_cast<std::ptrdiff_t>(training::soap_state_size(matrices)), "state");
  const float* from = values(gradient, count, "gradient");
  float* to = values(parameters, count, "parameters");
  const Released released;
  training::soap_step(settings, step, matrices, from, threads, of_state, to);
}

}  // namespace

void bind_training(py::module_& m) {
  py::class_<Trainer>(m, "Trainer")
      .def(py::init(&make_trainer), py::arg("networks"), py::arg("frames"), py::arg("loss"), py::arg("isa"))
      .def_property_readonly("isa", &Trainer::isa)
      .def_property_readonly("memory_bytes", [](const Trainer& t) { return t.memory() * sizeof(float); })
      .def("parameters", &parameters_of, py::arg("network"))
      .def(
          "receptive_field", [](const Trainer& t, int network) { return t.plan(network).receptive_field; },
          py::arg("network"))
      .def(
          "trained",
          [](const Trainer& t, int network) {
            const auto& trained = t.plan(network).trained;
            py::array_t<bool> flags(static_cast<std::ptrdiff_t>(trained.size()));
            std::copy(trained.begin(), trained.end(), flags.mutable_data());
            return flags;
          },
          py::arg("network"))
      .def(
          "soap_state_size",
          [](const Trainer& t, int network) { return training::soap_state_size(t.plan(network).matrices); },
          py::arg("network"))
      .def("step", &step, py::arg("network"), py::arg("parameters").noconvert(),
           py::arg("inputs").noconvert(), py::arg("targets").noconvert(), py::arg("positions").noconvert(),
           py::arg("gradient").noconvert(), py::arg("threads"), py::arg("spectral_values"))
      .def("predict", &predict, py::arg("network"), py::arg("parameters").noconvert(),
           py::arg("inputs").noconvert(), py::arg("threads"))
      .def("adam", &adam, py::arg("network"), py::arg("step"), py::arg("parameters").noconvert(),
           py::arg("gradient").noconvert(), py::arg("first").noconvert(), py::arg("second").noconvert(),
           py::arg("rate"), py::arg("weight_decay"), py::arg("decoupled"))
      .def("soap", &soap, py::arg("network"), py::arg("step"), py::arg("parameters").noconvert(),
           py::arg("gradient").noconvert(), py::arg("state").noconvert(), py::arg("rate"),
           py::arg("threads"));
}

}  // namespace nam_core::detail::bindings
