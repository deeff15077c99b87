// The table of the instruction set whose vector wrapper was included before this.
#pragma once

#include "kernels/impl/math.inl.hpp"
#include "kernels/impl/conv.inl.hpp"
#include "kernels/impl/elementwise.inl.hpp"
#include "kernels/impl/film.inl.hpp"
#include "kernels/impl/layer.inl.hpp"
#include "kernels/impl/lstm.inl.hpp"
#include "kernels/impl/saturate.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

template <class T>
constexpr KernelTable<T> make_table() {
  using K = ActivationKind;
  return {Vec<T>::lanes,
          kMaxPanelRows,
          conv<T>,
          {activation<T, K::tanh>, activation<T, K::relu>, activation<T, K::leaky_relu>,
           activation<T, K::prelu>, activation<T, K::sigmoid>, activation<T, K::silu>,
           activation<T, K::hardswish>, activation<T, K::leaky_hardtanh>, activation<T, K::softsign>,
           activation<T, K::softsigmoid>, activation<T, K::fasttanh>},
          layer<T>,
          copy<T>,
          add<T>,
          multiply<T>,
          blend<T>,
          {film<T, false>, film<T, true>},
          {lstm<T, false>, lstm<T, true>},
          saturate<T>};
}

}  // namespace
}  // namespace nam_core::detail::kernels
