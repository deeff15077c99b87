// A value in a file together with its JSON location, so that every error names the place.
//
// Nothing here throws. Findings keeps the first error; after it, all readers return harmless values. The
// caller checks the Findings at the end, and before it indexes an array that may be empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nam_core/result.hpp"
#include "nam_file/value.hpp"

namespace nam_core::detail::nam_file {

// The first error of a file, and the warnings about parts that were ignored.
struct Findings {
  std::optional<Error> error;
  std::vector<std::string> warnings;

  void fail(Error::Kind kind, std::string message, std::string location = {}) {
    if (!error) error = Error{kind, std::move(message), std::move(location)};
  }
};

// A larger size cannot be an index in the engine.
inline constexpr std::int64_t kMostSize = 2147483647;

class Cursor {
 public:
  Cursor(const Value& value, Findings& findings, std::string location = {})
      : value_(&value), findings_(&findings), location_(std::move(location)) {}

  const Value& value() const noexcept { return *value_; }
  Findings& findings() const noexcept { return *findings_; }
  const std::string& location() const noexcept { return location_; }
  bool failed() const noexcept { return findings_->error.has_value(); }

  // The value of a key; it may be missing. It is an error if this value is not an object.
  Cursor operator[](const char* key) const;
  bool is_missing() const noexcept { return value_->is(Value::Kind::missing); }
  bool is_absent() const noexcept { return is_missing() || value_->is(Value::Kind::null); }
  bool is(Value::Kind kind) const noexcept { return value_->is(kind); }

  void fail(const std::string& message, Error::Kind kind = Error::Kind::config) const;
  // Reports what was found and what is allowed.
  void wrong(const std::string& allowed, Error::Kind kind = Error::Kind::config) const;
  // The same for literals. Most words are literals, and a std::string for each would make a WebAssembly
  // module larger.
  void fail(const char* message, Error::Kind kind = Error::Kind::config) const;
  void wrong(const char* allowed, Error::Kind kind = Error::Kind::config) const;
  void warn(const std::string& message) const;

  // The entries of an array.
  std::vector<Cursor> entries(const char* allowed) const;
  // An integer >= 1; 3.0 is accepted as 3. Here and below, `otherwise` is the value of a missing key.
  int size(std::optional<int> otherwise = {}) const;
  std::vector<int> sizes() const;
  double number(std::optional<double> otherwise = {}) const;
  bool boolean(std::optional<bool> otherwise = {}) const;
  const std::string& text() const;

 private:
  const Value* value_;
  Findings* findings_;
  std::string location_;
};

}  // namespace nam_core::detail::nam_file
