// Activation functions on rows, alone and in gated or blended pairs (format 3).
#pragma once

#include "layers/rows.hpp"
#include "nam_core/description.hpp"

namespace nam_core::detail::layers {

// One function on a number of rows.
template <class T>
class Activation {
 public:
  // Bytes that it allocates.
  static base::Bytes bytes(int rows) {
    return {base::SharedBuffer<T>::bytes(std::int64_t{kernels::kActivationParameters} * rows)};
  }

  // `config` has parameters for one row or for each row. Allocates.
  Activation(const ActivationConfig& config, int rows);

  int rows() const noexcept { return rows_; }
  ActivationKind kind() const noexcept { return kind_; }
  const T* parameters() const noexcept { return parameters_.data(); }

  // out = f(in); with `sum`, also sum += out. `in` may be `out`. Real time.
  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out, Rows<T> sum = {}) const noexcept;

 private:
  ActivationKind kind_;
  int rows_;
  base::SharedBuffer<T> parameters_;
};

}  // namespace nam_core::detail::layers
