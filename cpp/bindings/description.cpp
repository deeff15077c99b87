#include "bindings/description.hpp"

#include <pybind11/numpy.h>

#include <climits>
#include <string>

#include "bindings/fields.hpp"

namespace nam_core::detail::bindings {

namespace py = pybind11;

namespace {

// Reads a Python value into a C++ field, by the field's type. It uses Python's C API in one small function
// per type, because pybind11's casters would be compiled anew for each field.
class Reader {
 public:
  explicit Reader(Arena& arena) : arena_(arena) {}

  template <class Struct>
    requires requires { Fields<Struct>::name; }
  void read(py::handle from, Struct& to) {
    if (std::string_view(Py_TYPE(from.ptr())->tp_name) != Fields<Struct>::name) refuse(Fields<Struct>::name);
    const py::dict values = from.attr("__dict__");
    std::size_t known = 0;
    Fields<Struct>::visit(to, [&](std::string_view name, auto& member) {
      const std::size_t place = place_.size();
      place_.append(".").append(name);
      const py::handle value = PyDict_GetItem(values.ptr(), py::str(name.data(), name.size()).ptr());
      if (!value) refuse("present");
      read(value, member);
      place_.resize(place);
      ++known;
    });
    if (values.size() != known)
      throw py::type_error("model" + place_ + " must have " + std::to_string(known) + " fields; found " +
                           std::to_string(values.size()));
  }

 private:
  [[noreturn]] void refuse(const char* expected) const {
    throw py::type_error("model" + place_ + " must be " + expected);
  }

  void read(py::handle from, bool& to) const {
    if (!PyBool_Check(from.ptr())) refuse("bool");
    to = from.ptr() == Py_True;
  }
  void read(py::handle from, int& to) const {
    int overflow = 0;
    const long value =
        PyLong_CheckExact(from.ptr()) ? PyLong_AsLongAndOverflow(from.ptr(), &overflow) : LONG_MAX;
    if (overflow || value < INT_MIN || value > INT_MAX) refuse("an int of 32 bits");
    to = static_cast<int>(value);
  }
  void read(py::handle from, double& to) const {
    if (!PyFloat_Check(from.ptr())) refuse("float");
    to = PyFloat_AsDouble(from.ptr());
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  void read(py::handle from, Enum& to) const {
    if (!PyUnicode_Check(from.ptr())) refuse("str");
    for (const auto& [name, value] : Enumerators<Enum>::all)
      if (PyUnicode_CompareWithASCIIString(from.ptr(), name) == 0) {
        to = value;
        return;
      }
    throw py::value_error("model" + place_ + ": there is no " + Enumerators<Enum>::name + " " +
                          std::string(py::repr(from)));
  }
  template <class T>
  void read(py::handle from, std::optional<T>& to) {
    if (!from.is_none()) read(from, to.emplace());
  }
  // FiLMs, by the name of their place.
  template <class T>
  void read(py::handle from, std::array<std::optional<T>, kFilmPlaces>& to) {
    if (!PyDict_Check(from.ptr())) refuse("dict");
    const std::size_t place = place_.size();
    for (const auto& [key, value] : py::reinterpret_borrow<py::dict>(from)) {
      FilmPlace film;
      read(key, film);
      place_.append(".").append(py::str(key));
      read(value, to[static_cast<std::size_t>(film)].emplace());
      place_.resize(place);
    }
  }
  template <class T>
  void read(py::handle from, std::span<const T>& to) {
    if (!PyTuple_Check(from.ptr())) refuse("tuple");
    const auto size = static_cast<std::size_t>(PyTuple_GET_SIZE(from.ptr()));
    const std::span<T> items = arena_.make<T>(size);
    const std::size_t place = place_.size();
    for (std::size_t i = 0; i < size; ++i) {
      place_.append("[").append(std::to_string(i)).append("]");
      read(PyTuple_GET_ITEM(from.ptr(), static_cast<Py_ssize_t>(i)), items[i]);
      place_.resize(place);
    }
    to = items;
  }
  void read(py::handle from, std::span<const float>& to) {
    if (!py::isinstance<py::array_t<float, py::array::c_style>>(from)) refuse("an array of float32");
    const auto array = py::reinterpret_borrow<py::array_t<float>>(from);
    const std::span<float> items = arena_.make<float>(static_cast<std::size_t>(array.size()));
    std::copy_n(array.data(), items.size(), items.begin());
    to = items;
  }
  template <class... Structs>
  void read(py::handle from, std::variant<Structs...>& to) {
    const std::string_view name = Py_TYPE(from.ptr())->tp_name;
    if (!((name == Fields<Structs>::name && (read(from, to.template emplace<Structs>()), true)) || ...))
      refuse("a model's configuration");
  }
  template <class Struct>
  void read(py::handle from, const Struct*& to) {
    if (from.is_none()) return;
    const std::span<Struct> made = arena_.make<Struct>(1);
    read(from, made.front());
    to = made.data();
  }

  Arena& arena_;
  std::string place_;  // of the value that is being read
};

// Lists the types for Python: each struct with its fields, each enum with its enumerators.
class Lister {
 public:
  py::dict structs, enums;

  std::string type(const bool*) { return "bool"; }
  std::string type(const int*) { return "int"; }
  std::string type(const float*) { return "float"; }
  std::string type(const double*) { return "double"; }
  template <class T>
  std::string type(const std::optional<T>*) {
    return type(static_cast<T*>(nullptr)) + "?";
  }
  template <class T>
  std::string type(const std::array<std::optional<T>, kFilmPlaces>*) {
    return type(static_cast<T*>(nullptr)) + "?[" + type(static_cast<FilmPlace*>(nullptr)) + "]";
  }
  template <class T>
  std::string type(const std::span<const T>*) {
    return type(static_cast<T*>(nullptr)) + "[]";
  }
  template <class T>
  std::string type(const T* const*) {
    return type(static_cast<T*>(nullptr)) + "*";
  }
  template <class... Structs>
  std::string type(const std::variant<Structs...>*) {
    std::string all;
    ((all += (all.empty() ? "" : "|") + type(static_cast<Structs*>(nullptr))), ...);
    return all;
  }
  template <class T>
  std::string type(const T*) {
    if constexpr (std::is_enum_v<T>) {
      py::list names;
      for (const auto& enumerator : Enumerators<T>::all) names.append(enumerator.name);
      enums[Enumerators<T>::name] = py::tuple(names);
      return Enumerators<T>::name;
    } else {
      if (!structs.contains(Fields<T>::name)) {
        py::dict fields;
        structs[Fields<T>::name] = fields;
        T value{};
        Fields<T>::visit(value, [&](std::string_view name, auto& member) {
          fields[py::str(name.data(), name.size())] = type(&member);
        });
      }
      return Fields<T>::name;
    }
  }
};

}  // namespace

Description::Description(const py::object& from) { Reader(arena_).read(from, model_); }

void bind_description(py::module_& m) {
  py::class_<Description>(m, "ModelDescription").def(py::init<const py::object&>(), py::arg("model"));
  Lister lister;
  lister.type(static_cast<ModelDescription*>(nullptr));
  m.attr("structs") = lister.structs;
  m.attr("enums") = lister.enums;
  py::dict parameters, slowest;
#define NAM_CORE_ACTIVATION(kind, count, what, ...) parameters[#kind] = count, slowest[#kind] = #what;
  NAM_CORE_ACTIVATIONS(NAM_CORE_ACTIVATION)
#undef NAM_CORE_ACTIVATION
  m.attr("activation_parameters") = parameters;
  m.attr("activation_slowest") = slowest;
}

}  // namespace nam_core::detail::bindings
