// The loudness meter, for Python. Arrays that do not fit exactly are refused, never converted.
#include "bindings/metering.hpp"

#include <pybind11/stl.h>

#include "bindings/audio.hpp"
#include "bindings/released.hpp"
#include "metering/loudness_meter.hpp"

namespace nam_core::detail::bindings {

namespace {

using metering::LoudnessMeter;

// Measures the array if its dtype is T and its shape fits, and returns whether it does.
template <class T>
bool add(LoudnessMeter& meter, py::handle audio, bool& finite) {
  const Audio<T> in(audio, meter.channels(), false);
  if (!in.data) return false;
  const Released released;
  finite = meter.add<T>({in.data, in.stride}, in.frames);
  return true;
}

}  // namespace

void bind_metering(py::module_& m) {
  py::class_<LoudnessMeter>(m, "LoudnessMeter")
      .def(py::init<double, std::int64_t, std::vector<double>>(), py::arg("sample_rate"), py::arg("tenth"),
           py::arg("weights"))
      .def(
          "add",
          [](LoudnessMeter& meter, const py::array& audio) {
            bool finite = false;
            if (!add<float>(meter, audio, finite) && !add<double>(meter, audio, finite))
              throw py::value_error("audio must be float32 or float64, and have " +
                                    layout_of(meter.channels()));
            return finite;
          },
          py::arg("audio"))
      .def("finish", &LoudnessMeter::finish)
      .def_property_readonly("frames", &LoudnessMeter::frames)
      .def_property_readonly("peak", &LoudnessMeter::peak)
      .def_property_readonly("true_peak", &LoudnessMeter::true_peak)
      .def_property_readonly("power", &LoudnessMeter::power)
      .def_property_readonly("tenths", [](const LoudnessMeter& meter) {
        return py::array_t<double>(static_cast<py::ssize_t>(meter.tenths().size()), meter.tenths().data());
      });
}

}  // namespace nam_core::detail::bindings
