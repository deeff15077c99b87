#include "engine/finite.hpp"

#include <bit>
#include <type_traits>

namespace nam_core::detail::engine {

template <class T>
bool all_finite(kernels::ConstRows<T> rows, int channels, std::ptrdiff_t frames) noexcept {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  constexpr Bits exponent = sizeof(T) == 4 ? Bits{0x7f800000u} : static_cast<Bits>(0x7ff0000000000000ull);
  // Adding the lowest exponent bit to the exponent field carries into the sign bit only when it is all ones.
  constexpr Bits lowest = exponent & (~exponent + 1);
  Bits carried = 0;
  for (int i = 0; i < channels; ++i)
    for (std::ptrdiff_t t = 0; t < frames; ++t)
      carried |= (std::bit_cast<Bits>(rows.data[i * rows.stride + t]) & exponent) + lowest;
  return (carried >> (8 * sizeof(T) - 1)) == 0;
}

template bool all_finite(kernels::ConstRows<float>, int, std::ptrdiff_t) noexcept;
template bool all_finite(kernels::ConstRows<double>, int, std::ptrdiff_t) noexcept;

}  // namespace nam_core::detail::engine
