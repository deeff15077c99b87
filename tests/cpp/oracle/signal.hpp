// The oracle's signals, and the weights it reads. Everything is float64 and whole: no blocks, no state, no
// kernels. Written from the description of the format (docs/file-format.md), not from the engine's code.
#pragma once

#include <Eigen/Core>
#include <span>

namespace oracle {

using Eigen::Index;
using Signal = Eigen::ArrayXXd;  // (channels, frames)
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

// A file's flat weight vector, handed out part by part.
class Weights {
 public:
  explicit Weights(std::span<const float> all) : left_(all) {}

  Matrix matrix(Index rows, Index columns) {
    using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const RowMajor>(take(rows * columns), rows, columns).cast<double>();
  }
  Vector vector(Index size) { return matrix(size, 1); }
  std::size_t left() const { return left_.size(); }

 private:
  const float* take(Index size) {
    const auto part = left_.first(static_cast<std::size_t>(size));
    left_ = left_.subspan(static_cast<std::size_t>(size));
    return part.data();
  }

  std::span<const float> left_;
};

}  // namespace oracle
