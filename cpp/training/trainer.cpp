#include "training/trainer.hpp"

#include <algorithm>
#include <string>

#include "base/errors.hpp"
#include "dispatch/registry.hpp"
#include "training/registry.hpp"
#include "training/parallel.hpp"

namespace nam_core::detail::training {

namespace {

std::ptrdiff_t whole_lines(std::size_t floats) {
  return static_cast<std::ptrdiff_t>((floats + 15) / 16 * 16);
}

// Enlarges a buffer, with room for a partial last vector.
void grow(base::AlignedBuffer<float>& buffer, std::ptrdiff_t floats) {
  const auto size = static_cast<std::size_t>(floats) + 64;
  if (buffer.size() >= size) return;
  buffer = {};
  buffer = base::AlignedBuffer<float>(size);
}

}  // namespace

Trainer::Trainer(std::vector<const WaveNetConfig*> networks, int frames, const LossWeights& weights,
                 std::string_view isa)
    : frames_(frames), weights_(weights) {
  if (frames < 1024)
    throw ConfigError("items of a training must have at least 1024 frames; found " + std::to_string(frames));
  const kernels::KernelSet& set = kernels::choose_kernel_set(isa);
  isa_ = set.name;
  kernels_ = {&training_table(set.name), set.table<float>().activation};
  for (const WaveNetConfig* config : networks)
    networks_.push_back(std::make_unique<Network>(*config, frames));
}

Trainer::Memory Trainer::memory_for(const NetworkPlan& plan, int items, int threads) {
  const std::ptrdiff_t item = whole_lines(static_cast<std::size_t>(plan.item_size)),
                       thread = whole_lines(static_cast<std::size_t>(plan.thread_size)),
                       sums = whole_lines(plan.sums_size);
  grow(items_, items * item);
  grow(work_, threads * (thread + sums));
  return {items_.data(), work_.data(), work_.data() + threads * thread, item, thread, sums};
}

LossValues Trainer::step(int index, const float* parameters, const Batch& batch, int threads,
                         bool spectral_values, float* gradient) {
  Network& network = *networks_.at(static_cast<std::size_t>(index));
  const NetworkPlan& plan = network.plan();
  const int items = static_cast<int>(batch.positions.size());
  const Memory memory = memory_for(plan, items, threads);
  if (!loss_ || loss_batch_ != items || loss_threads_ < threads) {
    loss_.reset();
    loss_ = std::make_unique<Loss>(weights_, stft_table(isa_), frames_, items, threads);
    loss_batch_ = items, loss_threads_ = threads;
  }
  network.load(parameters);
  const auto item_at = [&](int item) { return memory.items + item * memory.item_size; };
  const auto position = [&](int item) { return batch.positions[static_cast<std::size_t>(item)]; };
  each_item(items, threads, [&](int item, int thread) {
    const float* input = batch.input + position(item) - (plan.receptive_field - 1);
    network.forward(kernels_, input, item_at(item), memory.threads + thread * memory.thread_size);
    loss_->analyse(item, network.output(item_at(item)), batch.target + position(item), thread);
  });
  loss_->finish();
  std::vector<float> gradients(static_cast<std::size_t>(items) * plan.parameters);
  each_item(items, threads, [&](int item, int thread) {
    float* const memory_of_item = item_at(item);
    loss_->gradient(item, network.output(memory_of_item), batch.target + position(item),
                    network.output_gradient(memory_of_item), thread);
    network.backward(kernels_, memory_of_item, memory.threads + thread * memory.thread_size,
                     memory.sums + thread * memory.sums_size,
                     gradients.data() + static_cast<std::size_t>(item) * plan.parameters);
  });
  // Added in the order of the items, whichever thread computed them.
  std::fill_n(gradient, plan.parameters, 0.0f);
  for (int item = 0; item < items; ++item)
    for (std::size_t n = 0; n < plan.parameters; ++n)
      gradient[n] += gradients[static_cast<std::size_t>(item) * plan.parameters + n];
  return loss_->values(spectral_values);
}

void Trainer::predict(int index, const float* parameters, const float* input, std::ptrdiff_t count,
                      int threads, float* outputs) {
  Network& network = *networks_.at(static_cast<std::size_t>(index));
  const NetworkPlan& plan = network.plan();
  const Memory memory = memory_for(plan, threads, threads);
  network.load(parameters);
  const int pieces = static_cast<int>((count + frames_ - 1) / frames_);
  each_item(pieces, threads, [&](int piece, int thread) {
    const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(piece) * frames_;
    const std::ptrdiff_t frames = std::min<std::ptrdiff_t>(frames_, count - first);
    std::vector<float> padded;
    const float* from = input + first;
    if (frames < frames_) {
      padded.assign(static_cast<std::size_t>(plan.input_frames()), 0.0f);
      std::copy_n(from, plan.receptive_field - 1 + frames, padded.data());
      from = padded.data();
    }
    float* const item = memory.items + thread * memory.item_size;
    network.forward(kernels_, from, item, memory.threads + thread * memory.thread_size);
    std::copy_n(network.output(item), frames, outputs + first);
  });
}

}  // namespace nam_core::detail::training
