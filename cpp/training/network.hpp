// One network in training: the forward and backward pass of one item.
#pragma once

#include "training/network_plan.hpp"

namespace nam_core::detail::training {

// The kernels of one instruction set.
struct Kernels {
  const kernels::TrainingTable* training;
  void (*activation)(const kernels::ActivationArgs<float>&);
};

class Network {
 public:
  // Throws and allocates as NetworkPlan does.
  Network(const WaveNetConfig& config, int output_frames);

  const NetworkPlan& plan() const noexcept { return plan_; }

  // Takes the parameters for the following passes. Keeps the pointer, and reads the parameters until the next
  // call.
  void load(const float* parameters);

  // Forward pass: from plan().input_frames() frames of `input` to the outputs at output(item). `item` has
  // item_size floats, `thread` has thread_size; both are 64-byte aligned.
  void forward(const Kernels& kernels, const float* input, float* item, float* thread) const;
  // Backward pass of the same item, from the gradient of the loss, output_frames values at
  // output_gradient(item). `sums`: sums_size floats of scratch. Writes all of `gradient`, one value per
  // parameter.
  void backward(const Kernels& kernels, float* item, float* thread, float* sums, float* gradient) const;

  // Of an item, output_frames values each.
  float* output(float* item) const noexcept { return item + plan_.output.at + plan_.receptive_field - 1; }
  float* output_gradient(float* item) const noexcept {
    return item + plan_.output_gradient.at + plan_.receptive_field - 1;
  }

 private:
  NetworkPlan plan_;
  const float* parameters_ = nullptr;
  std::vector<float> packed_;
};

}  // namespace nam_core::detail::training
