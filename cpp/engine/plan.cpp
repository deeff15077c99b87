#include "engine/plan.hpp"

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "engine/check.hpp"

namespace nam_core::detail::engine {

namespace {

constexpr double kUsualRate = 48000.0;
constexpr double kRecurrentWarmSeconds = 0.5;
constexpr double kMostWarmFrames = 1e15;  // beyond any memory, and below what overflows

struct MakePlan {
  const ModelDescription& model;
  base::VectorUnit unit;

  ModelPlan operator()(const WaveNetConfig& config) const {
    std::unique_ptr<const ModelPlan> condition;
    if (model.condition_dsp)
      condition = std::make_unique<const ModelPlan>(plan_checked(*model.condition_dsp, unit));
    auto parts = wavenet::plan_wavenet(config, condition ? condition->out_channels : 0, unit);
    const int out_channels = parts.out_channels();
    const int own = parts.receptive_field();
    base::Reach reach{own, own};
    if (condition) reach = condition->reach.then(reach);
    return {&model, std::move(parts), std::move(condition), {}, config.in_channels, out_channels, reach};
  }
  ModelPlan operator()(const LstmConfig& config) const {
    auto parts = lstm::plan_lstm(config, unit);
    const base::Reach reach{.settles = false};
    return {&model, std::move(parts), nullptr, {}, config.input_size, config.out_channels, reach};
  }
  ModelPlan operator()(const ConvNetConfig& config) const {
    auto parts = convnet::plan_convnet(config, unit);
    const base::Reach reach{parts.receptive_field(), parts.receptive_field()};
    return {&model, std::move(parts), nullptr, {}, config.in_channels, config.out_channels, reach};
  }
  ModelPlan operator()(const LinearConfig& config) const {
    auto parts = linear::plan_linear(config, unit);
    const base::Reach reach{config.receptive_field, parts.conv.sizes.bit_memory(), parts.conv.sizes.grid()};
    return {&model, std::move(parts), nullptr, {}, config.in_channels, config.out_channels, reach};
  }
  ModelPlan operator()(const SequentialConfig& config) const {
    std::vector<ModelPlan> models;
    std::vector<sequential::Stage> stages;
    for (const ModelDescription* child : config.models) {
      const ModelPlan& made = models.emplace_back(plan_checked(*child, unit));
      stages.push_back({made.in_channels, made.out_channels, made.reach});
    }
    const base::Reach reach = sequential::join_stages(stages);
    const int in_channels = models.front().in_channels, out_channels = models.back().out_channels;
    return {&model, config, nullptr, std::move(models), in_channels, out_channels, reach};
  }
};

template <class T>
struct AddSteps {
  const ModelPlan& plan;
  base::Plan& to;

  void operator()(const wavenet::WaveNetPlan& parts) const { wavenet::add_steps<T>(parts, to); }
  void operator()(const lstm::LstmPlan& parts) const { lstm::Lstm<T>::add_steps(parts, to); }
  void operator()(const convnet::ConvNetPlan& parts) const { convnet::ConvNet<T>::add_steps(parts, to); }
  void operator()(const linear::LinearPlan& parts) const { linear::Linear<T>::add_steps(parts, to); }
  void operator()(const SequentialConfig&) const {
    std::vector<sequential::Stage> stages;
    for (const ModelPlan& child : plan.models)
      stages.push_back({child.in_channels, child.out_channels, child.reach});
    to.add_scratch(sequential::Sequential<T>::bytes(stages));
  }
};

template <class T>
void add_model(const ModelPlan& plan, base::Plan& to) {
  if (plan.condition_dsp) {
    const std::size_t first = to.steps.size();
    add_model<T>(*plan.condition_dsp, to);
    for (std::size_t i = first; i < to.steps.size(); ++i) ++to.steps[i].depth;
  }
  for (std::size_t i = 0; i < plan.models.size(); ++i) {
    const std::size_t first = to.steps.size();
    add_model<T>(plan.models[i], to);
    for (std::size_t step = first; step < to.steps.size(); ++step)
      to.steps[step].stage = static_cast<int>(i) + 1;
  }
  std::visit(AddSteps<T>{plan, to}, plan.parts);
}

template <class T>
struct Build {
  const kernels::KernelTable<T>& kernels;
  const ModelPlan& plan;

  base::WeightReader weights() const {
    const auto& weights = plan.description->weights;
    return {weights.data(), static_cast<std::ptrdiff_t>(weights.size())};
  }
  std::unique_ptr<base::Model<T>> operator()(const wavenet::WaveNetPlan& parts) const {
    auto condition = plan.condition_dsp ? make_model<T>(kernels, *plan.condition_dsp) : nullptr;
    return std::make_unique<wavenet::WaveNet<T>>(plan.reach, parts, weights(), std::move(condition));
  }
  std::unique_ptr<base::Model<T>> operator()(const lstm::LstmPlan& parts) const {
    return std::make_unique<lstm::Lstm<T>>(plan.reach, kernels, parts, weights());
  }
  std::unique_ptr<base::Model<T>> operator()(const convnet::ConvNetPlan& parts) const {
    return std::make_unique<convnet::ConvNet<T>>(plan.reach, parts, weights());
  }
  std::unique_ptr<base::Model<T>> operator()(const linear::LinearPlan& parts) const {
    return std::make_unique<linear::Linear<T>>(plan.reach, parts, weights());
  }
  std::unique_ptr<base::Model<T>> operator()(const SequentialConfig& config) const {
    weights().finish();  // a chain has no weights of its own
    std::vector<std::unique_ptr<base::Model<T>>> models;
    models.reserve(plan.models.size());
    for (const ModelPlan& child : plan.models) models.push_back(make_model<T>(kernels, child));
    return std::make_unique<sequential::Sequential<T>>(std::move(models), config.prewarm_frames);
  }
};

}  // namespace

ModelPlan plan_checked(const ModelDescription& model, base::VectorUnit unit) {
  return std::visit(MakePlan{model, unit}, model.config);
}

ModelPlan plan_model(const ModelDescription& model, base::VectorUnit unit) {
  if (const auto error = check_config(model)) raise<ConfigError>(error->message);
  return plan_checked(model, unit);
}

template <class T>
base::Plan list_steps(const ModelPlan& plan) {
  base::Plan to{plan.in_channels, plan.out_channels, {}, {}, 0};
  to.add_copy("input", plan.in_channels);
  add_model<T>(plan, to);
  to.add_copy("output", plan.out_channels);
  return to;
}

template <class T>
std::unique_ptr<base::Model<T>> make_model(const kernels::KernelTable<T>& kernels, const ModelPlan& plan) {
  return std::visit(Build<T>{kernels, plan}, plan.parts);
}

std::int64_t warm_frames(const base::Reach& reach, double sample_rate) {
  const double seconds = reach.settles ? 0.0 : kRecurrentWarmSeconds;
  const double frames = seconds * (sample_rate > 0 ? sample_rate : kUsualRate);
  return std::max<std::int64_t>(
      {1, std::int64_t{reach.bit_memory} - 1 + reach.grid - 1,
       static_cast<std::int64_t>(std::nearbyint(std::min(frames, kMostWarmFrames)))});
}

template base::Plan list_steps<float>(const ModelPlan&);
template base::Plan list_steps<double>(const ModelPlan&);
template std::unique_ptr<base::Model<float>> make_model(const kernels::KernelTable<float>&, const ModelPlan&);
template std::unique_ptr<base::Model<double>> make_model(const kernels::KernelTable<double>&,
                                                         const ModelPlan&);

}  // namespace nam_core::detail::engine
