// Hands out the flat weight vector of a model, part by part, and checks every step.
#pragma once

#include <Eigen/Core>
#include <string>

#include "base/errors.hpp"

namespace nam_core::detail::base {

template <class T>
using Matrix = Eigen::Array<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using Vector = Eigen::Array<T, Eigen::Dynamic, 1>;

class WeightReader {
 public:
  // Reads `count` float32 values at `weights`, which must outlive the reader.
  WeightReader(const float* weights, std::ptrdiff_t count) : weights_(weights), count_(count) {}

  // The next rows x columns values, row-major, widened to double. Throws WeightError when they run out.
  Matrix<double> matrix(std::ptrdiff_t rows, std::ptrdiff_t columns) {
    using FloatMatrix = Matrix<float>;
    return Eigen::Map<const FloatMatrix>(take(rows * columns), rows, columns).template cast<double>();
  }
  // The next `size` values, widened to double. Throws WeightError when they run out.
  Vector<double> vector(std::ptrdiff_t size) {
    return Eigen::Map<const Vector<float>>(take(size), size).template cast<double>();
  }
  // Throws WeightError when values are left over.
  void finish() const {
    if (used_ != count_)
      throw WeightError("the configuration implies " + std::to_string(used_) + " weights, got " +
                        std::to_string(count_));
  }

 private:
  const float* take(std::ptrdiff_t size) {
    if (size < 0 || size > count_ - used_)
      throw WeightError("the weights run out after " + std::to_string(count_));
    const float* first = weights_ + used_;
    used_ += size;
    return first;
  }

  const float* weights_;
  std::ptrdiff_t count_;
  std::ptrdiff_t used_ = 0;
};

}  // namespace nam_core::detail::base
