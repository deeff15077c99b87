// One network under training: the way of one item forwards and back.
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
  // Throws and allocates as NetworkPlan.
  Network(const WaveNetConfig& config, int output_frames);

  const NetworkPlan& plan() const noexcept { return plan_; }

  // Takes the parameters over, for what follows; they are read again until the next call.
  void load(const float* parameters);

  // The outputs for plan().input_frames() of input, at output(item). `item`: item_size floats, `thread`:
  // thread_size; both at 64 bytes.
  void forward(const Kernels& kernels, const float* input, float* item, float* thread) const;
  // The same item back, from the loss's gradient at output_gradient(item), output_frames values. `sums`:
  // sums_size floats of scratch. Writes all of `gradient`, by parameter.
  void backward(const Kernels& kernels, float* item, float* thread, float* sums, float* gradient) const;

  // Of an item, output_frames each.
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
