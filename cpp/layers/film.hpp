// FiLM: feature-wise linear modulation by the condition (format 4; Perez et al., 2018).
#pragma once

#include "base/plan.hpp"
#include "base/weight_reader.hpp"
#include "layers/rows.hpp"
#include "nam_core/description.hpp"

namespace nam_core::detail::layers {

// `width` rows that a condition of `condition_size` rows modulates.
struct FilmShape {
  FilmConfig config;
  int condition_size, width;

  int factors() const noexcept { return config.shift ? 2 : 1; }           // scale, or scale and shift
  int inputs() const noexcept { return condition_size / config.groups; }  // condition rows per factor
  std::int64_t terms() const noexcept { return std::int64_t{factors()} * inputs(); }  // macs of a row
  std::int64_t weights() const noexcept { return width * (terms() + factors()); }
};

template <class T>
class Film {
 public:
  // Bytes that it allocates.
  static base::Bytes bytes(const FilmShape& shape);

  // Throws WeightError. Allocates.
  Film(base::WeightReader& reader, const FilmShape& shape);

  // out = in * scale (+ shift), with scale and shift computed from the condition. `in` may be `out`. Real
  // time.
  void process(const Block<T>& block, ConstRows<T> condition, ConstRows<T> in, Rows<T> out) const noexcept {
    block.kernels.film({shift_, rows_.data(), values_.data(), inputs_, condition, in, out,
                        static_cast<int>(rows_.size()), block.frames});
  }

 private:
  bool shift_;
  int inputs_;
  base::SharedBuffer<kernels::FilmRow> rows_;
  base::SharedBuffer<T> values_;
};

}  // namespace nam_core::detail::layers
