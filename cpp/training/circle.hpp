// Points on the unit circle by additions, multiplications and divisions, because a libm differs between
// machines.
#pragma once

namespace nam_core::detail::training {

struct CirclePoint {
  double cosine, sine;
};

// The point at n / order of a turn, for 0 <= n < order, to 2e-16.
CirclePoint circle_point(int n, int order);

}  // namespace nam_core::detail::training
