// A place in a file: a value and its JSON location, so that every error names the place.
//
// Nothing here throws. The first error is kept in the Findings; from then on readers give harmless values,
// and whoever reads a file looks at the Findings at its end, and before it indexes what may be empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nam_core/result.hpp"
#include "nam_file/value.hpp"

namespace nam_core::detail::nam_file {

// What reading a file has found wrong with it, and what it has ignored.
struct Findings {
  std::optional<Error> error;
  std::vector<std::string> warnings;

  void fail(Error::Kind kind, std::string message, std::string location = {}) {
    if (!error) error = Error{kind, std::move(message), std::move(location)};
  }
};

// Any size beyond this cannot be an index in the engine.
inline constexpr std::int64_t kMostSize = 2147483647;

class Cursor {
 public:
  Cursor(const Value& value, Findings& findings, std::string location = {})
      : value_(&value), findings_(&findings), location_(std::move(location)) {}

  const Value& value() const noexcept { return *value_; }
  Findings& findings() const noexcept { return *findings_; }
  const std::string& location() const noexcept { return location_; }
  bool failed() const noexcept { return findings_->error.has_value(); }

  // The value of a key, perhaps a missing one. Anything but an object is an error.
  Cursor operator[](std::string_view key) const;
  bool is_missing() const noexcept { return value_->is(Value::Kind::missing); }
  bool is_absent() const noexcept { return is_missing() || value_->is(Value::Kind::null); }
  bool is(Value::Kind kind) const noexcept { return value_->is(kind); }

  void fail(std::string message, Error::Kind kind = Error::Kind::config) const {
    findings_->fail(kind, std::move(message), location_);
  }
  // Says what was found and what is allowed.
  void wrong(const std::string& allowed, Error::Kind kind = Error::Kind::config) const;
  void warn(const std::string& message) const;

  // Cursors to the entries of an array.
  std::vector<Cursor> entries(const std::string& allowed) const;
  // A whole number >= 1; an integral 3.0 is as good. A default holds for a missing key, here and below.
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
