// Eigen's arrays, and its views of our memory. For .cpp files only: a file that includes Eigen compiles a
// second longer (tests/codebase/test_layering.py).
#pragma once

#include <Eigen/Core>

#include "base/planar.hpp"
#include "base/weight_reader.hpp"

namespace nam_core::detail::base {

template <class T>
using Matrix = Eigen::Array<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class T>
using Vector = Eigen::Array<T, Eigen::Dynamic, 1>;

// A view of row-major values with any distance between rows.
template <class T>
using MatrixMap = Eigen::Map<Matrix<T>, Eigen::Unaligned, Eigen::OuterStride<>>;
template <class T>
using ConstMatrixMap = Eigen::Map<const Matrix<T>, Eigen::Unaligned, Eigen::OuterStride<>>;

// The first `frames` values of each of `channels` rows: a planar signal, (channels, frames).
template <class T>
MatrixMap<T> map(Rows<T> rows, int channels, int frames) noexcept {
  return {rows.data, channels, frames, Eigen::OuterStride<>(rows.stride)};
}
template <class T>
ConstMatrixMap<T> map(ConstRows<T> rows, int channels, int frames) noexcept {
  return {rows.data, channels, frames, Eigen::OuterStride<>(rows.stride)};
}

// The next rows x columns weights, row-major, widened to double. Throws WeightError when they run out.
inline Matrix<double> read_matrix(WeightReader& reader, std::ptrdiff_t rows, std::ptrdiff_t columns) {
  return Eigen::Map<const Matrix<float>>(reader.take(rows * columns), rows, columns).cast<double>();
}
// The next `size` weights, widened to double. Throws WeightError when they run out.
inline Vector<double> read_vector(WeightReader& reader, std::ptrdiff_t size) {
  return Eigen::Map<const Vector<float>>(reader.take(size), size).cast<double>();
}

}  // namespace nam_core::detail::base
