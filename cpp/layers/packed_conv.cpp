#include "layers/packed_conv.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::layers {

template <class T>
base::Bytes PackedConv<T>::bytes(const ConvPlan& plan) {
  base::Bytes bytes;
  bytes += {base::SharedBuffer<T>::bytes(plan.out_channels)};
  bytes += {base::SharedBuffer<T>::bytes(base::times(plan.terms(), plan.out_channels))};
  bytes += {base::SharedBuffer<kernels::ConvPanel<T>>::bytes(static_cast<std::int64_t>(plan.panels.size()))};
  return bytes;
}

template <class T>
PackedConv<T>::PackedConv(const ConvPlan& plan, const ConvWeights& conv, const ConvWeights* mixin)
    : tap_count_(plan.taps_are_rows ? 1 : plan.kernel_size),
      bias_(static_cast<std::size_t>(plan.out_channels)),
      weights_(static_cast<std::size_t>(plan.terms() * plan.out_channels)),
      panels_(plan.panels.size()) {
  const int in_rows = plan.in_rows(), mixin_rows = plan.mixin_rows();
  const int rows_per_group = plan.out_channels / plan.groups;
  const int rows_per_mixin_group = plan.out_channels / plan.mixin_groups;

  Eigen::Map<Vector<T>>(bias_.data(), plan.out_channels) = conv.bias.template cast<T>();
  T* w = weights_.data();
  kernels::ConvPanel<T>* next = panels_.data();
  for (const PanelRows& rows : plan.panels) {
    *next++ = {w,
               rows.first,
               rows.rows,
               rows.first / rows_per_mixin_group * mixin_rows,
               mixin_rows,
               rows.first / rows_per_group * in_rows,
               plan.taps_are_rows ? plan.kernel_size : in_rows};
    Eigen::Map<Matrix<T>> panel(w, plan.terms(), rows.rows);
    const auto pack = [&](Eigen::Index term, const auto& weight) {
      panel.middleRows(term, weight.cols()) =
          weight.middleRows(rows.first, rows.rows).transpose().template cast<T>();
    };
    if (mixin) pack(0, mixin->weight);
    for (int k = 0; k < plan.kernel_size; ++k) pack(mixin_rows + Eigen::Index{k} * in_rows, conv.tap(k));
    w += panel.size();
  }
}

template class PackedConv<float>;
template class PackedConv<double>;

}  // namespace nam_core::detail::layers
