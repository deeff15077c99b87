// What a complete model runs and what it takes, before it is built.
#pragma once

#include <memory>
#include <variant>

#include "architectures/convnet/convnet.hpp"
#include "architectures/linear/linear.hpp"
#include "architectures/lstm/lstm.hpp"
#include "architectures/sequential/sequential.hpp"
#include "architectures/wavenet/wavenet.hpp"
#include "base/plan.hpp"
#include "nam_core/description.hpp"

namespace nam_core::detail::engine {

// The decisions of which a model is built: see base/plan.hpp. Refers to the description.
struct ModelPlan {
  const ModelDescription* description;
  std::variant<wavenet::WaveNetPlan, lstm::LstmPlan, convnet::ConvNetPlan, linear::LinearPlan,
               SequentialConfig>
      parts;
  std::unique_ptr<const ModelPlan> condition_dsp;  // of a WaveNet; null: none
  std::vector<ModelPlan> models;                   // of a Sequential
  int in_channels, out_channels;
  base::Reach reach;
};

// `model` must outlive the plan. Throws ConfigError when it does not fit together. Allocates.
ModelPlan plan_model(const ModelDescription& model, base::VectorUnit unit);
// The same of a model that has passed check_config (engine/check.hpp). Allocates.
ModelPlan plan_checked(const ModelDescription& model, base::VectorUnit unit);

// The work of a block, step by step, and the bytes of the model in the precision T. Allocates.
template <class T>
base::Plan list_steps(const ModelPlan& plan);

// Throws WeightError. Allocates what list_steps says, and while it builds, some more for the weights of a
// layer.
template <class T>
std::unique_ptr<base::Model<T>> make_model(const kernels::KernelTable<T>& kernels, const ModelPlan& plan);

// Input frames that a model must hear before its bits are exact when a stream switches to it: bit_memory - 1,
// and grid - 1 for where it can begin (base::Reach). An LSTM forgets, but nothing says how soon: it gets half
// a second. `sample_rate` in Hz; 0 or below: unknown.
std::int64_t warm_frames(const base::Reach& reach, double sample_rate);

}  // namespace nam_core::detail::engine
