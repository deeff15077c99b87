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

  // Values; the largest number where there are more.
  std::int64_t count() const noexcept;
};

// Calls `each` with the parts in order until it gives false. Takes as long as it is asked to, whatever sizes
// the config claims. A container and a Sequential have none.
void for_each_part(const Config& config, const std::function<bool(const WeightPart&)>& each);

// Weights of a model of this config, a condition_dsp or submodels not included; the largest number where
// there are more. Takes time in proportion to the file.
std::int64_t count_weights(const Config& config);

// What is wrong with so many weights: it names the part in which they run out, or the last one.
std::optional<std::string> check_weights(const Config& config, std::size_t got);

// The weights of the slimmed model: of every tensor the first rows and columns (format 7.3).
std::vector<float> slice_weights(const Config& full, const Config& slim, const std::vector<float>& weights);

}  // namespace nam_core::detail::nam_file
