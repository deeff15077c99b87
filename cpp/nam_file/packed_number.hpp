// A JSON number in 8 bytes that still tells 3 from 3.0, as messages do.
#pragma once

#include <bit>
#include <cstdint>

namespace nam_core::detail::nam_file {

class PackedNumber {
 public:
  explicit PackedNumber(double real) : bits_(std::bit_cast<std::uint64_t>(real)) {}
  // Of a magnitude below 2^50.
  PackedNumber(std::uint64_t magnitude, bool negative)
      : bits_(kInteger | (negative ? kNegative : 0) | magnitude) {}

  // Whether a number can be kept: all but integers from 2^50 on.
  static bool fits(bool is_integer, std::uint64_t magnitude) {
    return !is_integer || magnitude <= kMagnitude;
  }

  bool is_integer() const noexcept { return (bits_ & kInteger) == kInteger; }
  std::uint64_t magnitude() const noexcept { return bits_ & kMagnitude; }
  bool negative() const noexcept { return (bits_ & kNegative) != 0; }
  double value() const noexcept {
    if (!is_integer()) return std::bit_cast<double>(bits_);
    const auto number = static_cast<double>(magnitude());
    return negative() ? -number : number;
  }

 private:
  // No real number has these bits, as JSON has no infinity and no NaN.
  static constexpr std::uint64_t kInteger = 0x7ffcull << 48;
  static constexpr std::uint64_t kNegative = 1ull << 63;
  static constexpr std::uint64_t kMagnitude = (1ull << 50) - 1;

  std::uint64_t bits_;
};

}  // namespace nam_core::detail::nam_file
