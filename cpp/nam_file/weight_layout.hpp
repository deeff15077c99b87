// The order of the weights in a file: names and shapes of the tensors (format 5, 9).
#pragma once

#include <functional>

#include "nam_file/config.hpp"

namespace nam_core::detail::nam_file {

// One tensor of the flat weights: its name, and its shape, stored row by row. Python's WeightPart.
struct WeightPart {
  std::string name;
  std::array<std::int64_t, 3> shape{1, 1, 1};
  int axes = 1;

  // The number of values, at most the largest int64.
  std::int64_t count() const noexcept;
};

// Calls `each` with the parts in order until `each` returns false. Only these calls take time, whatever sizes
// the config claims. A container and a Sequential have no parts.
void for_each_part(const Config& config, const std::function<bool(const WeightPart&)>& each);

// The number of weights of a model of this config, at most the largest int64. The weights of a condition_dsp
// and of submodels are not included. Takes time in proportion to the file's size.
std::int64_t count_weights(const Config& config);

// The error message if `got` is not the right number of weights. It names the part in which the weights run
// out, or the last part.
std::optional<std::string> check_weights(const Config& config, std::size_t got);

// The weights of the slimmed model: of every tensor the first rows and columns (format 7.3).
std::vector<float> slice_weights(const Config& full, const Config& slim, const std::vector<float>& weights);

}  // namespace nam_core::detail::nam_file
