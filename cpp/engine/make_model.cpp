#include "engine/make_model.hpp"

#include "architectures/convnet/convnet.hpp"
#include "architectures/linear/linear.hpp"
#include "architectures/lstm/lstm.hpp"
#include "architectures/sequential/sequential.hpp"
#include "architectures/wavenet/wavenet.hpp"

namespace nam_core::detail::engine {

namespace {

template <class T>
struct Build {
  const kernels::KernelTable<T>& kernels;
  const ModelDescription& model;

  base::WeightReader weights() const {
    return {model.weights.data(), static_cast<std::ptrdiff_t>(model.weights.size())};
  }
  std::unique_ptr<base::Model<T>> operator()(const WaveNetConfig& config) const {
    auto condition = model.condition_dsp ? make_model<T>(kernels, *model.condition_dsp) : nullptr;
    return std::make_unique<wavenet::WaveNet<T>>(kernels, config, weights(), std::move(condition));
  }
  std::unique_ptr<base::Model<T>> operator()(const LstmConfig& config) const {
    return std::make_unique<lstm::Lstm<T>>(kernels, config, weights());
  }
  std::unique_ptr<base::Model<T>> operator()(const ConvNetConfig& config) const {
    return std::make_unique<convnet::ConvNet<T>>(kernels, config, weights());
  }
  std::unique_ptr<base::Model<T>> operator()(const LinearConfig& config) const {
    return std::make_unique<linear::Linear<T>>(kernels, config, weights());
  }
  std::unique_ptr<base::Model<T>> operator()(const SequentialConfig& config) const {
    std::vector<std::unique_ptr<base::Model<T>>> models;
    for (const ModelDescription* child : config.models) models.push_back(make_model<T>(kernels, *child));
    return std::make_unique<sequential::Sequential<T>>(std::move(models), config.prewarm_frames);
  }
};

}  // namespace

template <class T>
std::unique_ptr<base::Model<T>> make_model(const kernels::KernelTable<T>& kernels,
                                           const ModelDescription& model) {
  return std::visit(Build<T>{kernels, model}, model.config);
}

template std::unique_ptr<base::Model<float>> make_model(const kernels::KernelTable<float>&,
                                                        const ModelDescription&);
template std::unique_ptr<base::Model<double>> make_model(const kernels::KernelTable<double>&,
                                                         const ModelDescription&);

}  // namespace nam_core::detail::engine
