#include "training/circle.hpp"

namespace nam_core::detail::training {

CirclePoint circle_point(int n, int order) {
  // In eighths of the circle: there the terms of both series fall below a double's last bit after 9 terms.
  const int eighth = 8 * n / order;
  const int quarter = (eighth + 1) / 2;
  constexpr double two_pi = 6.283185307179586476925;
  const double angle = two_pi * (4.0 * n - static_cast<double>(quarter) * order) / (4.0 * order);
  const double square = angle * angle;
  double cosine = 1.0, sine = 1.0;
  for (int k = 9; k > 0; --k) {
    cosine = 1.0 - square / ((2 * k - 1) * (2 * k)) * cosine;
    sine = 1.0 - square / ((2 * k) * (2 * k + 1)) * sine;
  }
  CirclePoint point{cosine, angle * sine};
  for (int turn = 0; turn < quarter; ++turn) point = {-point.sine, point.cosine};
  return point;
}

}  // namespace nam_core::detail::training
