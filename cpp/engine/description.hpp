// A complete model as C++ gets it: a typed configuration and a flat weight vector.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "architectures/convnet/convnet.hpp"
#include "architectures/linear/linear.hpp"
#include "architectures/lstm/lstm.hpp"
#include "architectures/wavenet/wavenet.hpp"

namespace nam_core::detail::engine {

struct ModelDescription {
  std::variant<wavenet::WaveNetConfig, lstm::LstmConfig, convnet::ConvNetConfig, linear::LinearConfig> config;
  std::vector<float> weights;
  std::shared_ptr<const ModelDescription> condition_dsp;  // of a WaveNet; null: none
};

// Throws ConfigError, WeightError. Allocates.
template <class T>
std::unique_ptr<base::Model<T>> make_model(const kernels::KernelTable<T>& kernels,
                                           const ModelDescription& model);

}  // namespace nam_core::detail::engine
