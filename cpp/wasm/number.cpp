// Converts a decimal to the nearest double, as strtod does. The JSON reader of this module calls it in place
// of strtod (CMakeLists.txt): the C library's strtod uses 128-bit floats and takes 8 us for a weight, 100 ms
// for an A2. What takes more than two 64-bit numbers is left to nam_file/decimal.hpp.
#include <algorithm>
#include <bit>
#include <cstdint>

#include "nam_file/decimal.hpp"

namespace {

using Wide = unsigned __int128;

constexpr int kMostDigits = 19;  // always below 2^64
constexpr std::uint64_t kExact = std::uint64_t{1} << 53;
constexpr int kMostExactPower = 15;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::uint64_t power_of_ten(int exponent) {
  std::uint64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

// digits / 10^places, rounded once, half to even.
double divide(std::uint64_t digits, int places) {
  const std::uint64_t divisor = power_of_ten(places);
  const int shift = 64 + std::countl_zero(digits);
  const Wide numerator = Wide{digits} << shift, quotient = numerator / divisor;
  const auto high = static_cast<std::uint64_t>(quotient >> 64);
  const int bits =
      high != 0 ? 128 - std::countl_zero(high) : 64 - std::countl_zero(static_cast<std::uint64_t>(quotient));
  const int dropped = bits - 53;
  auto mantissa = static_cast<std::uint64_t>(quotient >> dropped);
  const Wide rest = quotient - (Wide{mantissa} << dropped), half = Wide{1} << (dropped - 1);
  const bool above = rest > half || (rest == half && quotient * divisor != numerator);
  if (above || (rest == half && mantissa % 2 == 1)) ++mantissa;
  const auto scale = static_cast<std::uint64_t>(1023 + dropped - shift) << 52;
  return static_cast<double>(mantissa) * std::bit_cast<double>(scale);
}

// The digits at the start of a JSON number, without its point.
std::string all_digits(const char* at) {
  std::string digits;
  for (; is_digit(*at) || *at == '.'; ++at)
    if (*at != '.') digits += *at;
  return digits;
}

}  // namespace

// Reads a JSON number at the start of the text, and sets `end` to the position after it.
extern "C" double nam_core_strtod(const char* text, char** end) {
  const char* at = text;
  const bool negative = *at == '-';
  if (negative) ++at;
  std::uint64_t digits = 0;
  int count = 0, exponent = 0;
  bool fraction = false;
  for (; is_digit(*at) || (*at == '.' && !fraction); ++at) {
    if (*at == '.') {
      fraction = true;
      continue;
    }
    if (count > 0 || *at != '0') ++count;
    if (count <= kMostDigits) digits = 10 * digits + static_cast<std::uint64_t>(*at - '0');
    if (fraction) --exponent;
  }
  if (*at == 'e' || *at == 'E') {
    const bool below = at[1] == '-';
    at += below || at[1] == '+' ? 2 : 1;
    int given = 0;
    for (; is_digit(*at); ++at)
      if (given < 10000) given = 10 * given + (*at - '0');
    exponent += below ? -given : given;
  }
  double value = 0;
  if (digits == 0)
    value = 0;
  else if (count <= kMostDigits && exponent <= 0 && exponent >= -kMostDigits)
    value = exponent == 0 ? static_cast<double>(digits) : divide(digits, -exponent);
  else if (digits <= kExact && exponent > 0 && exponent <= kMostExactPower)
    // Both factors are exact, so the product is rounded once.
    value = static_cast<double>(digits) * static_cast<double>(power_of_ten(exponent));
  else
    value = nam_core::detail::nam_file::nearest_double(all_digits(text + negative), exponent);
  *end = const_cast<char*>(at);
  return negative ? -value : value;
}
