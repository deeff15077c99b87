#include "nam_file/words.hpp"

#include <cmath>

#include "nam_file/decimal.hpp"
#include "nam_file/utf8.hpp"

namespace nam_core::detail::nam_file {

namespace {

constexpr std::size_t kShownCharacters = 60;
constexpr std::size_t kMostDigits = 17;  // enough to tell every double from its neighbours

void append_escaped(std::string& to, char32_t value) {
  to += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) to += "0123456789abcdef"[value >> shift & 15];
}

void append_character(std::string& to, char32_t value) {
  constexpr char kNamed[] = "\"\\\b\f\n\r\t", kNames[] = "\"\\bfnrt";
  for (int i = 0; kNamed[i]; ++i)
    if (value == static_cast<char32_t>(kNamed[i])) {
      to += '\\';
      to += kNames[i];
      return;
    }
  if (value >= 0x20 && value < 0x7f) {
    to += static_cast<char>(value);
  } else if (value >= 0x10000) {
    append_escaped(to, 0xd800 + ((value - 0x10000) >> 10));
    append_escaped(to, 0xdc00 + ((value - 0x10000) & 0x3ff));
  } else {
    append_escaped(to, value);
  }
}

std::string quoted(const std::string& text) {
  std::string shown = "\"";
  std::size_t characters = 0, at = 0;
  for (; at < text.size() && characters < kShownCharacters; ++characters) {
    const CodePoint point = code_point(text, at);
    append_character(shown, point.value);
    at += static_cast<std::size_t>(point.bytes > 0 ? point.bytes : 1);
  }
  return shown + (at < text.size() ? "...\"" : "\"");
}

}  // namespace

std::string shortest(double number) {
  if (!std::isfinite(number)) return std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf";
  const std::string sign = std::signbit(number) ? "-" : "";
  const double magnitude = std::abs(number);
  const Decimal exact = exact_decimal(magnitude);
  Decimal shortest;
  for (std::size_t count = 1; count <= kMostDigits; ++count) {
    shortest = rounded(exact, count);
    const int last_place = shortest.exponent - static_cast<int>(shortest.digits.size()) + 1;
    if (nearest_double(shortest.digits, last_place) == magnitude) break;
  }
  auto& [digits, exponent] = shortest;
  if (exponent < -4 || exponent >= 16) {
    std::string mantissa = digits.substr(0, 1);
    if (digits.size() > 1) mantissa += "." + digits.substr(1);
    const std::string places = std::to_string(std::abs(exponent));
    return sign + mantissa + (exponent < 0 ? "e-" : "e+") + (places.size() < 2 ? "0" : "") + places;
  }
  if (exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  return sign + digits.substr(0, whole) + "." + (digits.size() > whole ? digits.substr(whole) : "0");
}

std::string describe(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::missing:
    case Value::Kind::null:
      return "null";
    case Value::Kind::boolean:
      return value.as_boolean() ? "true" : "false";
    case Value::Kind::integer:
      return (value.negative() ? "-" : "") + std::to_string(value.magnitude());
    case Value::Kind::real:
      return shortest(value.as_number());
    case Value::Kind::text:
      return quoted(value.as_text());
    case Value::Kind::array:
      return value.size() == 1 ? "an array of 1 entry"
                               : "an array of " + std::to_string(value.size()) + " entries";
    case Value::Kind::object:
      return "an object";
  }
  return {};
}

}  // namespace nam_core::detail::nam_file
