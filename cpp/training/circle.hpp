// Points on the unit circle from additions, multiplications and divisions: a libm differs from machine to
// machine.
#pragma once

namespace nam_core::detail::training {

struct CirclePoint {
  double cosine, sine;
};

// At n / order of a turn, for 0 <= n < order. Right to 2e-16.
CirclePoint circle_point(int n, int order);

}  // namespace nam_core::detail::training
