#include "nam_file/cursor.hpp"

#include <cmath>

#include "nam_file/words.hpp"

namespace nam_core::detail::nam_file {

namespace {

const Value kMissing;
const std::string kNoText;

}  // namespace

Cursor Cursor::operator[](const char* key) const {
  std::string location = location_;
  if (!location.empty()) location += '.';
  location += key;
  if (!is(Value::Kind::object)) {
    wrong("an object");
    return {kMissing, *findings_, std::move(location)};
  }
  const auto found = value_->members().find(key);
  return {found == value_->members().end() ? kMissing : found->second, *findings_, std::move(location)};
}

void Cursor::fail(const std::string& message, Error::Kind kind) const {
  findings_->fail(kind, message, location_);
}
void Cursor::fail(const char* message, Error::Kind kind) const { fail(std::string(message), kind); }
void Cursor::wrong(const char* allowed, Error::Kind kind) const { wrong(std::string(allowed), kind); }

void Cursor::wrong(const std::string& allowed, Error::Kind kind) const {
  if (failed()) return;
  fail(is_missing() ? "missing; must be " + allowed : "found " + describe(*value_) + "; must be " + allowed,
       kind);
}

void Cursor::warn(const std::string& message) const {
  findings_->warnings.push_back(location_.empty() ? message : location_ + ": " + message);
}

std::vector<Cursor> Cursor::entries(const char* allowed) const {
  std::vector<Cursor> entries;
  if (!is(Value::Kind::array)) {
    wrong(allowed);
    return entries;
  }
  entries.reserve(value_->items().size());
  for (const Value& item : value_->items())
    entries.emplace_back(item, *findings_, location_ + "[" + std::to_string(entries.size()) + "]");
  return entries;
}

int Cursor::size(std::optional<int> otherwise) const {
  if (is_missing() && otherwise) return *otherwise;
  const bool whole = is(Value::Kind::integer) ||
                     (is(Value::Kind::real) && value_->as_number() == std::floor(value_->as_number()));
  const double number = whole ? value_->as_number() : 0;
  if (number < 1)
    wrong("an integer >= 1");
  else if (number > static_cast<double>(kMostSize))
    wrong("an integer from 1 to " + std::to_string(kMostSize));
  else
    return static_cast<int>(number);
  return 1;
}

std::vector<int> Cursor::sizes() const {
  std::vector<int> sizes;
  for (const Cursor& entry : entries("an array of integers >= 1")) sizes.push_back(entry.size());
  return sizes;
}

double Cursor::number(std::optional<double> otherwise) const {
  if (is_missing() && otherwise) return *otherwise;
  if (value_->is_number()) return value_->as_number();  // JSON has no numbers that are not finite
  wrong("a finite number");
  return 0;
}

bool Cursor::boolean(std::optional<bool> otherwise) const {
  if (is_missing() && otherwise) return *otherwise;
  if (is(Value::Kind::boolean)) return value_->as_boolean();
  wrong("true or false");
  return false;
}

const std::string& Cursor::text() const {
  if (is(Value::Kind::text)) return value_->as_text();
  wrong("a string");
  return kNoText;
}

}  // namespace nam_core::detail::nam_file
