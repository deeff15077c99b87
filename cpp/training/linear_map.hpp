// Weighted sums of rows whose weights are parameters: a convolution, forward or backward.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/kernel_table.hpp"
#include "training/kernels/training_table.hpp"

namespace nam_core::detail::training {

inline constexpr std::int32_t kNoParameter = -1;

// Rows in memory: frame t of row r is at `at + r * stride + t`.
struct RowSet {
  std::ptrdiff_t at = 0, stride = 0;
  int rows = 0;
  std::ptrdiff_t operator[](int r) const noexcept { return at + r * stride; }
};

// out[row] = bias[row] + sum over terms of parameter[row][term] * source[term].
class LinearMap {
 public:
  LinearMap() = default;
  explicit LinearMap(int rows) : rows_(rows) {}

  // Adds a source, with the parameter that each row multiplies it by (kNoParameter means 0). Allocates.
  void add_term(std::ptrdiff_t offset, const std::vector<std::int32_t>& parameters);
  void set_bias(std::int32_t first) { bias_ = first; }
  // Sets where its packed weights start in the network's. Returns the position after them.
  std::size_t place(std::size_t at);

  int rows() const noexcept { return rows_; }
  int terms() const noexcept { return static_cast<int>(offsets_.size()); }
  const std::vector<std::ptrdiff_t>& offsets() const noexcept { return offsets_; }
  std::int32_t parameter(int row, int term) const {
    return parameters_[static_cast<std::size_t>(term * rows_ + row)];
  }
  std::int32_t bias() const noexcept { return bias_; }

  // Copies the parameters into the order of the kernel.
  void pack(const float* parameters, float* packed) const;
  // The kernel's arguments except init, out and frames. The sources' offsets count from `base`.
  kernels::CombineArgs args(const float* parameters, const float* packed, const float* base) const;

 private:
  int rows_ = 0;
  std::int32_t bias_ = kNoParameter;
  std::size_t at_ = 0;
  std::vector<std::ptrdiff_t> offsets_;
  std::vector<std::int32_t> parameters_;  // [term][row]
};

// The gradient of a LinearMap's parameters: products of the gradients of its rows with its sources, summed
// over time.
class ParameterGradient {
 public:
  ParameterGradient() = default;
  // `ones`: offset of a row of ones, the source of the bias.
  ParameterGradient(const LinearMap& map, std::ptrdiff_t ones);
  // Sets where its sums start in the network's. Returns the position after them.
  std::size_t place(std::size_t at);

  kernels::OuterArgs args(const float* base, const float* rows, std::ptrdiff_t stride, float* sums) const;
  // gradient[parameter] = sum, for each of its parameters.
  void scatter(const float* sums, float* gradient) const;

 private:
  int rows_ = 0;
  std::size_t at_ = 0;
  std::vector<std::ptrdiff_t> offsets_;
  std::vector<std::int32_t> parameters_;  // [column][row]
};

}  // namespace nam_core::detail::training
