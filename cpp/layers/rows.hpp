// Copies and adds whole rows.
#pragma once

#include <algorithm>

#include "base/block.hpp"
#include "base/planar.hpp"

namespace nam_core::detail::layers {

using base::as_const;
using base::Block;
using base::ConstRows;
using base::Rows;
using kernels::Part;

// out = in. Real time.
template <class T>
void copy_rows(const Block<T>& block, int rows, ConstRows<T> in, Rows<T> out) noexcept {
  for (int i = 0; i < rows; ++i)
    std::copy_n(in.data + i * in.stride, block.frames, out.data + i * out.stride);
}

// sum += in. Real time.
template <class T>
void accumulate(const Block<T>& block, int rows, ConstRows<T> in, Rows<T> sum) noexcept {
  block.kernels.add({as_const(sum), in, {}, sum, rows, block.frames});
}

// sum = -0.0: adding any number to -0.0 gives exactly that number. Real time.
template <class T>
void start_sum(const Block<T>& block, int rows, Rows<T> sum) noexcept {
  for (int i = 0; i < rows; ++i) std::fill_n(sum.data + i * sum.stride, block.frames, T(-0.0));
}

}  // namespace nam_core::detail::layers
