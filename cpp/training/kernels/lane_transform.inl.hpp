// Radix-4 Stockham Fourier transforms of several signals at once, one signal per lane.
#pragma once

namespace nam_core::detail::kernels {
namespace {

struct Point {
  Vec<float> re, im;
};
inline Point operator+(Point a, Point b) { return {a.re + b.re, a.im + b.im}; }
inline Point operator-(Point a, Point b) { return {a.re - b.re, a.im - b.im}; }

// Points in memory: the real parts of all lanes, then the imaginary parts.
struct Points {
  float* data;
  inline Point operator[](int i) const {
    const float* at = data + 2 * i * Vec<float>::lanes;
    return {Vec<float>::load(at), Vec<float>::load(at + Vec<float>::lanes)};
  }
  inline void set(int i, Point z) const {
    float* at = data + 2 * i * Vec<float>::lanes;
    z.re.store(at);
    z.im.store(at + Vec<float>::lanes);
  }
};

enum class Direction { forward, backward };

// A twiddle factor: a turn by -index / size of the circle forward, by index / size backward.
template <Direction direction>
inline Point twiddle(const float* twiddles, int index) {
  const float im = twiddles[2 * index + 1];
  return {Vec<float>::set(twiddles[2 * index]), Vec<float>::set(direction == Direction::forward ? im : -im)};
}
inline Point times(Point a, Point w) { return {fnma(a.im, w.im, a.re * w.re), fma(a.im, w.re, a.re * w.im)}; }

// The transform of `size` points (a power of two), not normalised. It alternates between the two buffers and
// returns the one that holds the result.
template <Direction direction>
inline Points transform(int size, const float* twiddles, Points from, Points to) {
  int n = size, stride = 1;
  for (; n >= 4; n /= 4, stride *= 4) {
    const int quarter = n / 4, turn = size / n;
    for (int p = 0; p < quarter; ++p) {
      const Point w1 = twiddle<direction>(twiddles, p * turn),
                  w2 = twiddle<direction>(twiddles, 2 * p * turn),
                  w3 = twiddle<direction>(twiddles, 3 * p * turn);
      for (int q = 0; q < stride; ++q) {
        const Point a = from[q + stride * p], b = from[q + stride * (p + quarter)],
                    c = from[q + stride * (p + 2 * quarter)], d = from[q + stride * (p + 3 * quarter)];
        const Point even = a + c, odd = a - c, sum = b + d, rest = b - d;
        // odd -+ i * rest
        const Point minus{odd.re + rest.im, odd.im - rest.re}, plus{odd.re - rest.im, odd.im + rest.re};
        const Point second = direction == Direction::forward ? minus : plus;
        const Point fourth = direction == Direction::forward ? plus : minus;
        const int at = q + stride * 4 * p;
        to.set(at, even + sum);
        to.set(at + stride, times(second, w1));
        to.set(at + 2 * stride, times(even - sum, w2));
        to.set(at + 3 * stride, times(fourth, w3));
      }
    }
    const Points swap = from;
    from = to, to = swap;
  }
  if (n == 1) return from;
  for (int q = 0; q < stride; ++q) {
    const Point a = from[q], b = from[q + stride];
    to.set(q, a + b);
    to.set(q + stride, a - b);
  }
  return to;
}

}  // namespace
}  // namespace nam_core::detail::kernels
