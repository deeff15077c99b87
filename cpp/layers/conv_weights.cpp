#include "layers/conv_weights.hpp"

namespace nam_core::detail::layers {

ConvWeights read_conv(base::WeightReader& reader, int in_channels, int out_channels, int kernel_size,
                      int groups, bool bias) {
  ConvWeights conv{in_channels, kernel_size, groups, {}, {}};
  conv.weight = base::read_matrix(reader, out_channels,
                                  static_cast<std::ptrdiff_t>(in_channels / groups) * kernel_size);
  conv.bias = bias ? base::read_vector(reader, out_channels) : Vector<double>::Zero(out_channels);
  return conv;
}

ConvWeights fold(const ConvWeights& first, const ConvWeights& conv) {
  const int out = conv.out_channels(), in = conv.in_per_group(), rows = out / conv.groups;
  ConvWeights folded{first.in_channels, conv.kernel_size, 1, {}, conv.bias};
  folded.weight =
      Matrix<double>::Zero(out, static_cast<std::ptrdiff_t>(first.in_channels) * conv.kernel_size);
  // Sums outer products over the rows in between, in ascending order, so that the bits are the same
  // everywhere. In a matrix product, Eigen may choose another order on another processor.
  for (int group = 0; group < conv.groups; ++group)
    for (int k = 0; k < conv.kernel_size; ++k)
      for (int i = 0; i < in; ++i)
        folded.tap(k).middleRows(group * rows, rows) +=
            conv.tap(k).col(i).segment(group * rows, rows).replicate(1, first.in_channels) *
            first.weight.row(group * in + i).replicate(rows, 1);
  return folded;
}

}  // namespace nam_core::detail::layers
