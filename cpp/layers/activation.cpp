#include "layers/activation.hpp"

#include <string>

#include "base/errors.hpp"

namespace nam_core::detail::layers {

template <class T>
Activation<T>::Activation(const ActivationConfig& config, int rows) : kind_(config.kind), rows_(rows) {
  constexpr std::size_t per_row = kernels::kActivationParameters;
  const std::vector<double>& given = config.parameters;
  if (given.size() != per_row && given.size() != per_row * static_cast<std::size_t>(rows))
    throw ConfigError("activation parameters for " + std::to_string(given.size() / per_row) +
                      " rows, expected " + std::to_string(rows));
  if (kind_ == ActivationKind::leaky_relu)
    for (std::size_t i = 0; i < given.size(); i += per_row)
      if (!(given[i] >= 0 && given[i] <= 1)) throw ConfigError("a leaky_relu needs slopes from 0 to 1");
  base::AlignedBuffer<T> parameters(per_row * static_cast<std::size_t>(rows));
  for (std::size_t i = 0; i < parameters.size(); ++i)
    parameters.data()[i] = static_cast<T>(given[i % given.size()]);
  parameters_ = std::make_shared<const base::AlignedBuffer<T>>(std::move(parameters));
}

template <class T>
void Activation<T>::process(const Block<T>& block, ConstRows<T> in, Rows<T> out, Rows<T> sum) const noexcept {
  block.kernels.activation({kind_, parameters_->data(), in, out, sum, rows_, block.frames});
}

template class Activation<float>;
template class Activation<double>;

}  // namespace nam_core::detail::layers
