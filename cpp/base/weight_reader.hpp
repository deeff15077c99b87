// Reads the flat weight vector of a model part by part, and checks that it does not run out.
#pragma once

#include <cstddef>
#include <string>

#include "base/errors.hpp"

namespace nam_core::detail::base {

class WeightReader {
 public:
  // Reads `count` float32 values at `weights`, which must outlive the reader.
  WeightReader(const float* weights, std::ptrdiff_t count) : weights_(weights), count_(count) {}

  // The next `size` values; matrices are row-major. Throws WeightError if fewer are left.
  const float* take(std::ptrdiff_t size) {
    if (size < 0 || size > count_ - used_)
      raise<WeightError>("found " + std::to_string(count_) + " weights; the configuration needs more");
    const float* first = weights_ + used_;
    used_ += size;
    return first;
  }
  // Throws WeightError if values are left.
  void finish() const {
    if (used_ != count_)
      raise<WeightError>("found " + std::to_string(count_) + " weights; the configuration needs " +
                         std::to_string(used_));
  }

 private:
  const float* weights_;
  std::ptrdiff_t count_;
  std::ptrdiff_t used_ = 0;
};

}  // namespace nam_core::detail::base
