// Points on the unit circle by additions, multiplications and square roots only, because a libm differs
// between machines.
#pragma once

#include <cstdint>
#include <vector>

namespace nam_core::detail::layers {

// A number as an unevaluated sum of two doubles: about 104 bits.
struct DoubleDouble {
  double hi = 0, lo = 0;
};
struct ExactComplex {
  DoubleDouble re, im;
};

// exp(2 pi i n / order) for n >= 0, each part rounded to the nearest double (docs/numerics.md).
class UnitRoots {
 public:
  // `order` is a power of two, at least 8. Allocates.
  explicit UnitRoots(std::int64_t order);

  struct Root {
    double re, im;
  };
  Root operator()(std::int64_t n) const noexcept;

 private:
  std::int64_t quarter_, fine_count_;
  // exp(2 pi i n / order) for the lowest bits of n, and for the higher bits up to a quarter of the circle.
  std::vector<ExactComplex> fine_, coarse_;
};

}  // namespace nam_core::detail::layers
