// Plans a complete model before it is built: what it runs, and how much memory it needs.
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

// The decisions from which a model is built (base/plan.hpp). It refers to the description.
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

// `model` must outlive the plan. Throws ConfigError if its sizes do not fit together. Allocates.
ModelPlan plan_model(const ModelDescription& model, base::VectorUnit unit);
// The same for a model that has passed check_config (engine/check.hpp). Allocates.
ModelPlan plan_checked(const ModelDescription& model, base::VectorUnit unit);

// The steps of a block, and the bytes of the model in precision T. Allocates.
template <class T>
base::Plan list_steps(const ModelPlan& plan);

// Builds the model. Throws WeightError. Allocates what list_steps counts, and temporarily the weights of one
// layer.
template <class T>
std::unique_ptr<base::Model<T>> make_model(const kernels::KernelTable<T>& kernels, const ModelPlan& plan);

// Input frames that a size must play before its bits are exact when a stream switches to it: bit_memory - 1
// frames, plus grid - 1 because it can only start at a multiple of `grid` (base::Reach). An LSTM has no such
// limit; it gets half a second. `sample_rate` in Hz; 0 or below means unknown.
std::int64_t warm_frames(const base::Reach& reach, double sample_rate);

}  // namespace nam_core::detail::engine
