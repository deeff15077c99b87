// A convolution's weights in the file's order, before they are packed. For .cpp files: includes Eigen.
#pragma once

#include "base/eigen.hpp"

namespace nam_core::detail::layers {

using base::Matrix;
using base::Vector;

// [out][in per group][tap], and a bias of `out` (format 5.1).
struct ConvWeights {
  int in_channels;
  int kernel_size;
  int groups;
  Matrix<double> weight;  // (out, in_channels / groups * kernel_size)
  Vector<double> bias;    // (out)

  int out_channels() const noexcept { return static_cast<int>(bias.size()); }
  int in_per_group() const noexcept { return in_channels / groups; }

  // A view of one tap, (out, in per group).
  template <class M>
  using Tap = Eigen::Map<M, Eigen::Unaligned, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;
  Tap<Matrix<double>> tap(int k) {
    return {weight.data() + k, weight.rows(), in_per_group(), {weight.cols(), kernel_size}};
  }
  Tap<const Matrix<double>> tap(int k) const {
    return {weight.data() + k, weight.rows(), in_per_group(), {weight.cols(), kernel_size}};
  }
};

// Reads the weights and then the bias (zeros if there is none) of a convolution. Throws WeightError.
ConvWeights read_conv(base::WeightReader& reader, int in_channels, int out_channels, int kernel_size,
                      int groups, bool bias);

// Weights of x -> conv(first(x)), one convolution of x; `first` is a 1x1 without bias and groups (format
// 4.2). Allocates.
ConvWeights fold(const ConvWeights& first, const ConvWeights& conv);

}  // namespace nam_core::detail::layers
