#include "layers/long_response/response_spectrum.hpp"

namespace nam_core::detail::layers {

namespace {

using Complex = UnitRoots::Root;

Complex times(Complex a, double re, double im) { return {a.re * re - a.im * im, a.re * im + a.im * re}; }

// Divides one block of a pass, as KernelTable::forward does.
void divide_block(double* re, double* im, std::ptrdiff_t quarter, const Complex (&s)[3]) {
  for (std::ptrdiff_t i = 0; i < quarter; ++i) {
    const std::ptrdiff_t at[] = {i, i + quarter, i + 2 * quarter, i + 3 * quarter};
    const Complex a{re[at[0]], im[at[0]]}, b = times(s[0], re[at[1]], im[at[1]]),
                                           c = times(s[1], re[at[2]], im[at[2]]),
                                           d = times(s[2], re[at[3]], im[at[3]]);
    const Complex even{a.re + c.re, a.im + c.im}, odd{a.re - c.re, a.im - c.im};
    const Complex sum{b.re + d.re, b.im + d.im}, difference{b.re - d.re, b.im - d.im};
    re[at[0]] = even.re + sum.re, im[at[0]] = even.im + sum.im;
    re[at[1]] = odd.re - difference.im, im[at[1]] = odd.im + difference.re;
    re[at[2]] = even.re - sum.re, im[at[2]] = even.im - sum.im;
    re[at[3]] = odd.re + difference.im, im[at[3]] = odd.im - difference.re;
  }
}

}  // namespace

LeafSpectrum leaf_spectrum(const TwiddleTable& twiddles, std::vector<double> values) {
  LeafSpectrum spectrum{std::move(values), {}};
  spectrum.im.resize(spectrum.re.size());
  std::ptrdiff_t quarter = static_cast<std::ptrdiff_t>(spectrum.re.size()) / 4;
  for (int depth = 0; depth < twiddles.passes(); ++depth, quarter /= 4)
    for (std::ptrdiff_t block = 0; block < std::ptrdiff_t{1} << (2 * depth); ++block) {
      const std::ptrdiff_t start = block * 4 * quarter;
      divide_block(spectrum.re.data() + start, spectrum.im.data() + start, quarter,
                   twiddles(depth, block).power);
    }
  return spectrum;
}

}  // namespace nam_core::detail::layers
