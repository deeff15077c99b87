#include "layers/gating.hpp"

namespace nam_core::detail::layers {

template <class T>
Gating<T>::Gating(GatingMode mode, const ActivationConfig& activation, const ActivationConfig& secondary,
                  int rows)
    : mode_(mode), activation_(activation, rows) {
  if (mode != GatingMode::none) secondary_.emplace(secondary, rows);
}

template <class T>
void Gating<T>::process(const Block<T>& block, Rows<T> z, Rows<T> out, Rows<T> sum) const noexcept {
  if (mode_ == GatingMode::none) {
    activation_.process(block, as_const(z), out, sum);
    return;
  }
  const int rows = activation_.rows();
  const ConstRows<T> z1 = as_const(z);
  const Rows<T> gate{z.data + rows * z.stride, z.stride};
  secondary_->process(block, as_const(gate), gate);
  activation_.process(block, z1, out);
  if (mode_ == GatingMode::gated)
    block.kernels.multiply({as_const(out), as_const(gate), {}, out, rows, block.frames});
  else
    block.kernels.blend({as_const(gate), as_const(out), z1, out, rows, block.frames});
  if (sum.data) accumulate(block, rows, as_const(out), sum);
}

template class Gating<float>;
template class Gating<double>;

}  // namespace nam_core::detail::layers
