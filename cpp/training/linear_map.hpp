// Weighted sums of rows whose weights are parameters: what a convolution is on both ways through a network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/kernel_table.hpp"
#include "training/kernels/training_table.hpp"

namespace nam_core::detail::training {

inline constexpr std::int32_t kNoParameter = -1;

// A row of memory at each channel: row r's frame t is at `at + r * stride + t`.
struct RowSet {
  std::ptrdiff_t at = 0, stride = 0;
  int rows = 0;
  std::ptrdiff_t operator[](int r) const noexcept { return at + r * stride; }
};

// out[row] = bias[row] + the sum over terms of parameter[row][term] * source[term].
class LinearMap {
 public:
  LinearMap() = default;
  explicit LinearMap(int rows) : rows_(rows) {}

  // A source, and the parameter that each row multiplies it by (kNoParameter: 0). Allocates.
  void add_term(std::ptrdiff_t offset, const std::vector<std::int32_t>& parameters);
  void set_bias(std::int32_t first) { bias_ = first; }
  // Where its weights lie among those of the network. Returns the place behind them.
  std::size_t place(std::size_t at);

  int rows() const noexcept { return rows_; }
  int terms() const noexcept { return static_cast<int>(offsets_.size()); }
  const std::vector<std::ptrdiff_t>& offsets() const noexcept { return offsets_; }
  std::int32_t parameter(int row, int term) const {
    return parameters_[static_cast<std::size_t>(term * rows_ + row)];
  }
  std::int32_t bias() const noexcept { return bias_; }

  // Copies the parameters to where the kernel reads them.
  void pack(const float* parameters, float* packed) const;
  // The kernel's arguments but for init, out and frames. `base`: where the sources' offsets count from.
  kernels::CombineArgs args(const float* parameters, const float* packed, const float* base) const;

 private:
  int rows_ = 0;
  std::int32_t bias_ = kNoParameter;
  std::size_t at_ = 0;
  std::vector<std::ptrdiff_t> offsets_;
  std::vector<std::int32_t> parameters_;  // [term][row]
};

// The gradient of a LinearMap's parameters: products of its rows' gradients with its sources, summed over
// time.
class ParameterGradient {
 public:
  ParameterGradient() = default;
  // `ones`: offset of a row of ones, for the bias.
  ParameterGradient(const LinearMap& map, std::ptrdiff_t ones);
  // Where its sums lie among those of the network. Returns the place behind them.
  std::size_t place(std::size_t at);

  kernels::OuterArgs args(const float* base, const float* rows, std::ptrdiff_t stride, float* sums) const;
  // gradient[parameter] = sum.
  void scatter(const float* sums, float* gradient) const;

 private:
  int rows_ = 0;
  std::size_t at_ = 0;
  std::vector<std::ptrdiff_t> offsets_;
  std::vector<std::int32_t> parameters_;  // [column][row]
};

}  // namespace nam_core::detail::training
