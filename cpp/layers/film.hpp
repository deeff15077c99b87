// FiLM: feature-wise linear modulation by the condition (format 4; Perez et al., 2018).
#pragma once

#include <memory>
#include <vector>

#include "base/weight_reader.hpp"
#include "layers/rows.hpp"
#include "nam_core/description.hpp"

namespace nam_core::detail::layers {

template <class T>
class Film {
 public:
  // Modulates `width` rows by a condition of `condition_size` rows. Throws ConfigError, WeightError.
  // Allocates.
  Film(base::WeightReader& reader, const FilmConfig& config, int condition_size, int width);

  // out = in * scale (+ shift), both made from the condition at the same time. `in` may be `out`. Real time.
  void process(const Block<T>& block, ConstRows<T> condition, ConstRows<T> in, Rows<T> out) const noexcept {
    block.kernels.film({shift_, weights_->rows.data(), weights_->values.data(), inputs_, condition, in, out,
                        static_cast<int>(weights_->rows.size()), block.frames});
  }

 private:
  struct Weights {
    std::vector<kernels::FilmRow> rows;
    std::vector<T> values;
  };

  bool shift_;
  int inputs_;
  std::shared_ptr<const Weights> weights_;
};

}  // namespace nam_core::detail::layers
