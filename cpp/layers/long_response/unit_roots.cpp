#include "layers/long_response/unit_roots.hpp"

#include <bit>
#include <cmath>

namespace nam_core::detail::layers {

namespace {

// The error-free sums and products behind double-double arithmetic (Dekker, "A floating-point technique for
// extending the available precision", Numerische Mathematik 18, 1971). Nothing is fused.
DoubleDouble quick_sum(double large, double small) {
  const double sum = large + small;
  return {sum, small - (sum - large)};
}
DoubleDouble exact_sum(double a, double b) {
  const double sum = a + b, part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}
DoubleDouble halves(double a) {
  const double shifted = 134217729.0 * a;  // 2^27 + 1
  const double high = shifted - (shifted - a);
  return {high, a - high};
}
DoubleDouble exact_product(double a, double b) {
  const double product = a * b;
  const DoubleDouble x = halves(a), y = halves(b);
  return {product, ((x.hi * y.hi - product) + x.hi * y.lo + x.lo * y.hi) + x.lo * y.lo};
}

DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble high = exact_sum(a.hi, b.hi), low = exact_sum(a.lo, b.lo);
  const DoubleDouble sum = quick_sum(high.hi, high.lo + low.hi);
  return quick_sum(sum.hi, sum.lo + low.lo);
}
DoubleDouble operator-(DoubleDouble a) { return {-a.hi, -a.lo}; }
DoubleDouble operator-(DoubleDouble a, DoubleDouble b) { return a + -b; }
DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  const DoubleDouble product = exact_product(a.hi, b.hi);
  return quick_sum(product.hi, product.lo + (a.hi * b.lo + a.lo * b.hi));
}
DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  const double first = a.hi / b.hi;
  const DoubleDouble left = a - b * DoubleDouble{first};
  const double second = left.hi / b.hi;
  const DoubleDouble still_left = left - b * DoubleDouble{second};
  return quick_sum(first, second) + DoubleDouble{still_left.hi / b.hi};
}
// Every processor has a square root that is rounded once; one step of Newton's method adds the missing bits.
DoubleDouble square_root(DoubleDouble a) {
  const double first = std::sqrt(a.hi);
  const DoubleDouble left = a - exact_product(first, first);
  return quick_sum(first, left.hi / (2 * first));
}

ExactComplex operator*(const ExactComplex& a, const ExactComplex& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

// exp(2 pi i / 2^(2 + n)) for n = 0, 1, ..., count - 1: it starts with i, and each next angle is half the one
// before.
std::vector<ExactComplex> halved_angles(int count) {
  std::vector<ExactComplex> points{{{0.0}, {1.0}}};
  while (static_cast<int>(points.size()) < count) {
    const ExactComplex& whole = points.back();
    const DoubleDouble twice_squared = DoubleDouble{1.0} + whole.re;
    const DoubleDouble re = square_root(twice_squared * DoubleDouble{0.5});
    points.push_back({re, whole.im / (re * DoubleDouble{2.0})});
  }
  return points;
}

// The powers 0, 1, ..., 2^bits - 1 of the last of `roots`, each of which is the square of the next one.
std::vector<ExactComplex> powers(const ExactComplex* last, int bits) {
  std::vector<ExactComplex> table{{{1.0}, {0.0}}};
  for (int bit = 0; bit < bits; ++bit) {
    const std::size_t known = table.size();
    for (std::size_t n = 0; n < known; ++n) table.push_back(table[n] * last[-bit]);
  }
  return table;
}

}  // namespace

UnitRoots::UnitRoots(std::int64_t order) : quarter_(order / 4) {
  const int bits = std::countr_zero(static_cast<std::uint64_t>(quarter_)), fine_bits = bits / 2;
  const std::vector<ExactComplex> halved = halved_angles(bits + 1);
  fine_count_ = std::int64_t{1} << fine_bits;
  fine_ = powers(&halved[static_cast<std::size_t>(bits)], fine_bits);
  coarse_ = powers(&halved[static_cast<std::size_t>(bits - fine_bits)], bits - fine_bits);
}

UnitRoots::Root UnitRoots::operator()(std::int64_t n) const noexcept {
  const std::int64_t within = n % quarter_;
  const ExactComplex point = fine_[static_cast<std::size_t>(within % fine_count_)] *
                             coarse_[static_cast<std::size_t>(within / fine_count_)];
  const double re = point.re.hi, im = point.im.hi;
  switch (n / quarter_ % 4) {
    case 0:
      return {re, im};
    case 1:
      return {-im, re};
    case 2:
      return {-re, -im};
    default:
      return {im, -re};
  }
}

}  // namespace nam_core::detail::layers
