#include "nam_file/decimal.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace nam_core::detail::nam_file {

namespace {

constexpr std::uint32_t kBillion = 1000000000;
constexpr int kBillionDigits = 9;
constexpr int kMantissaBits = 53, kLeastExponent = -1074;  // of a double: mantissa * 2^exponent
// A double, and the middle between two, has fewer significant digits than this.
constexpr std::size_t kMostDigits = 800;
constexpr int kMostExponent = 310, kLeastDecimalExponent = -330;  // of decimals that are not infinity or 0

// A natural number of any size.
class Natural {
 public:
  explicit Natural(std::uint64_t value) {
    for (; value > 0; value >>= 32) limbs_.push_back(static_cast<std::uint32_t>(value));
  }

  bool is_zero() const { return limbs_.empty(); }
  int bits() const {
    return is_zero() ? 0 : 32 * static_cast<int>(limbs_.size()) - std::countl_zero(limbs_.back());
  }
  bool bit(int at) const {
    const auto limb = static_cast<std::size_t>(at / 32);
    return at >= 0 && limb < limbs_.size() && (limbs_[limb] >> at % 32 & 1) != 0;
  }

  // *this = *this * factor + addend
  void multiply(std::uint32_t factor, std::uint32_t addend = 0) {
    std::uint64_t carry = addend;
    for (std::uint32_t& limb : limbs_) {
      carry += std::uint64_t{limb} * factor;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry > 0) limbs_.push_back(static_cast<std::uint32_t>(carry));
  }
  // Multiplies by base^exponent. `step` is the largest exponent whose power fits into 32 bits.
  void multiply_power(std::uint32_t base, int exponent, int step) {
    for (; exponent > 0; exponent -= step) multiply(power(base, std::min(exponent, step)));
  }
  // Divides, and returns the remainder.
  std::uint32_t divide(std::uint32_t divisor) {
    std::uint64_t rest = 0;
    for (std::size_t i = limbs_.size(); i-- > 0;) {
      rest = rest << 32 | limbs_[i];
      limbs_[i] = static_cast<std::uint32_t>(rest / divisor);
      rest %= divisor;
    }
    while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
    return static_cast<std::uint32_t>(rest);
  }
  static std::uint32_t power(std::uint32_t base, int exponent) {
    std::uint32_t power = 1;
    for (; exponent > 0; --exponent) power *= base;
    return power;
  }

 private:
  std::vector<std::uint32_t> limbs_;  // the lowest first; the last is not 0
};

// The double nearest to (number + rest) * 2^exponent, where 0 < rest < 1 if there is a rest, and then
// `number` has more bits than a double.
double rounded_double(const Natural& number, bool has_rest, int exponent) {
  const int bits = number.bits();
  const int dropped = std::max({bits - kMantissaBits, kLeastExponent - exponent, 0});
  std::uint64_t mantissa = 0;
  for (int at = bits - 1; at >= dropped; --at) mantissa = mantissa << 1 | number.bit(at);
  bool is_above = has_rest;  // whether what is dropped is more than its highest bit
  for (int at = 0; at < dropped - 1 && !is_above; ++at) is_above = number.bit(at);
  if (number.bit(dropped - 1) && (is_above || mantissa % 2 == 1)) ++mantissa;
  return std::ldexp(static_cast<double>(mantissa), exponent + dropped);
}

}  // namespace

Decimal exact_decimal(double number) {
  int exponent = 0;
  const double fraction = std::frexp(number, &exponent);
  Natural whole(static_cast<std::uint64_t>(std::ldexp(fraction, kMantissaBits)));
  exponent -= kMantissaBits;
  whole.multiply_power(2, exponent, 31);
  whole.multiply_power(5, -exponent, 13);  // m / 2^k = m * 5^k / 10^k
  std::string digits;                      // the last first
  while (!whole.is_zero()) {
    std::uint32_t nine = whole.divide(kBillion);
    for (int i = 0; i < kBillionDigits; ++i, nine /= 10) digits += static_cast<char>('0' + nine % 10);
  }
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.empty()) return {"0", 0};
  std::reverse(digits.begin(), digits.end());
  const int places = std::max(-exponent, 0);
  return {digits, static_cast<int>(digits.size()) - 1 - places};
}

Decimal rounded(const Decimal& decimal, std::size_t count) {
  if (decimal.digits.size() <= count) return decimal;
  Decimal shorter{decimal.digits.substr(0, count), decimal.exponent};
  const std::string_view rest = std::string_view(decimal.digits).substr(count);
  const bool is_half = rest.front() == '5' && rest.find_first_not_of('0', 1) == rest.npos;
  const bool is_odd = (shorter.digits.back() - '0') % 2 == 1;
  if (rest.front() < '5' || (is_half && !is_odd)) return shorter;
  const std::size_t last = shorter.digits.find_last_not_of('9');
  if (last == shorter.digits.npos) return {"1", decimal.exponent + 1};
  shorter.digits.erase(last + 1);
  ++shorter.digits[last];
  return shorter;
}

double nearest_double(std::string_view digits, int exponent) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  const int magnitude = static_cast<int>(digits.size()) + exponent;
  if (digits.empty() || magnitude < kLeastDecimalExponent) return 0;
  if (magnitude > kMostExponent) return std::numeric_limits<double>::infinity();
  bool has_rest = false;
  if (digits.size() > kMostDigits) {
    has_rest = digits.find_first_not_of('0', kMostDigits) != digits.npos;
    exponent += static_cast<int>(digits.size() - kMostDigits);
    digits = digits.substr(0, kMostDigits);
  }
  Natural number(static_cast<std::uint64_t>(digits.front() - '0'));
  for (const char digit : digits.substr(1)) number.multiply(10, static_cast<std::uint32_t>(digit - '0'));
  number.multiply_power(10, exponent, kBillionDigits);
  if (exponent >= 0) return rounded_double(number, has_rest, 0);
  // The quotient has at least 64 bits: 10^k is below 2^(10/3 k).
  const int shift = 64 - exponent * 10 / 3;
  number.multiply_power(2, shift, 31);
  for (int left = -exponent; left > 0; left -= kBillionDigits)
    if (number.divide(Natural::power(10, std::min(left, kBillionDigits))) > 0) has_rest = true;
  return rounded_double(number, has_rest, -shift);
}

}  // namespace nam_core::detail::nam_file
