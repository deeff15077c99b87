// The frequency weighting of ITU-R BS.1770: a high shelf, which stands for the effect of the head, and a
// high-pass at 38 Hz.
#pragma once

namespace nam_core::detail::metering {

// y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y''
struct Biquad {
  double b0, b1, b2, a1, a2;
};

// Both stages at any sample rate: the analogue filters that give BS.1770's coefficients at 48 kHz.
class KWeighting {
 public:
  // The state of both stages for one channel.
  struct State {
    double shelf[2]{}, high_pass[2]{};
  };

  explicit KWeighting(double sample_rate);

  // Filters one sample through both stages, in transposed direct form II.
  double process(double x, State& state) const noexcept {
    return step(high_pass_, step(shelf_, x, state.shelf), state.high_pass);
  }

 private:
  static double step(const Biquad& f, double x, double (&s)[2]) noexcept {
    const double y = f.b0 * x + s[0];
    s[0] = (f.b1 * x + s[1]) - f.a1 * y;
    s[1] = f.b2 * x - f.a2 * y;
    return y;
  }

  Biquad shelf_, high_pass_;
};

}  // namespace nam_core::detail::metering
