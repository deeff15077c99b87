// Numbers as messages show them.
#pragma once

#include <cstdint>
#include <string>

namespace nam_core::detail::base {

// "1,234,567".
inline std::string grouped(std::int64_t value) {
  std::string grouped;
  const std::string digits = std::to_string(value);
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0 && digits[i - 1] != '-') grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

}  // namespace nam_core::detail::base
