#include "layers/activation.hpp"

namespace nam_core::detail::layers {

namespace {

constexpr std::size_t kRoom = kernels::kActivationParameters;

}  // namespace

template <class T>
Activation<T>::Activation(const ActivationConfig& config, int rows)
    : kind_(config.kind), rows_(rows), parameters_(kRoom * static_cast<std::size_t>(rows)) {
  const auto used = static_cast<std::size_t>(kParametersOf[static_cast<int>(kind_)]);
  const std::span<const double> given = config.parameters;
  for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row)
    for (std::size_t i = 0; i < used; ++i)
      parameters_.data()[row * kRoom + i] = static_cast<T>(given[(row * used + i) % given.size()]);
}

template <class T>
void Activation<T>::process(const Block<T>& block, ConstRows<T> in, Rows<T> out, Rows<T> sum) const noexcept {
  block.kernels.activation({kind_, parameters_.data(), in, out, sum, rows_, block.frames});
}

template class Activation<float>;
template class Activation<double>;

}  // namespace nam_core::detail::layers
