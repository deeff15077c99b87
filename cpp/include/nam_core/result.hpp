// The result of a function that can fail: a value or an error. It serves hosts that are compiled without
// exceptions and RTTI, and all others.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace nam_core {

struct Error {
  enum class Kind {
    file,     // not a model's file: not JSON, of another kind, too large, nested too deeply
    version,  // a format version that is malformed or not supported
    config,   // a key is missing, of the wrong type or out of range; or more memory than is allowed
    weights,  // the weights do not fit the configuration
    isa,      // an instruction set that is not available
  };
  Kind kind = Kind::file;
  std::string message;  // what was found and what is allowed
  std::string
      location{};  // JSON location in the file, such as config.layers[1].head.kernel_size; "": the root

  // Location and message, as a person reads them.
  std::string text() const { return location.empty() ? message : location + ": " + message; }
};

// A T or an Error. Check which one it is before taking either.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const noexcept { return held_.index() == 0; }
  T& operator*() & noexcept { return *std::get_if<0>(&held_); }
  const T& operator*() const& noexcept { return *std::get_if<0>(&held_); }
  T&& operator*() && noexcept { return std::move(*std::get_if<0>(&held_)); }
  T* operator->() noexcept { return std::get_if<0>(&held_); }
  const T* operator->() const noexcept { return std::get_if<0>(&held_); }
  const Error& error() const noexcept { return *std::get_if<1>(&held_); }

 private:
  std::variant<T, Error> held_;
};

}  // namespace nam_core
