// Exact conversion between doubles and decimals.
//
// The C library can do both. In a WebAssembly module, its functions for that are a tenth of the download, and
// slow, because they use 128-bit floats and know every format.
#pragma once

#include <string>
#include <string_view>

namespace nam_core::detail::nam_file {

// d.ddd * 10^exponent. The first digit is 0 for zero only.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

// The decimal that is equal to a finite double >= 0; it has up to 767 digits.
Decimal exact_decimal(double number);

// The nearest decimal of `count` digits or fewer; of two, the one whose last digit is even.
Decimal rounded(const Decimal& decimal, std::size_t count);

// The double nearest to digits * 10^exponent, as strtod returns it: half to even, infinity if it is too
// large. `digits` are one or more decimal digits.
double nearest_double(std::string_view digits, int exponent);

}  // namespace nam_core::detail::nam_file
