// Trains several networks on the same batches, one after another in the same memory.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "training/loss.hpp"
#include "training/network.hpp"

namespace nam_core::detail::training {

// Recordings, and the items of a batch in them: item b has the outputs [positions[b], positions[b] + frames),
// and the inputs of their receptive field before them.
struct Batch {
  const float *input, *target;
  std::span<const std::int64_t> positions;
};

class Trainer {
 public:
  // Each item has `frames` frames of output. Throws ConfigError for a network that cannot be trained here,
  // and IsaError. Allocates.
  Trainer(std::vector<const WaveNetConfig*> networks, int frames, const LossWeights& weights,
          std::string_view isa);

  const char* isa() const noexcept { return isa_; }
  int frames() const noexcept { return frames_; }
  const NetworkPlan& plan(int network) const {
    return networks_.at(static_cast<std::size_t>(network))->plan();
  }

  // Computes loss and gradient of a batch. The bits do not depend on the number of threads, nor on the
  // instruction set if it has fused multiply-add. Allocates.
  LossValues step(int network, const float* parameters, const Batch& batch, int threads, bool spectral_values,
                  float* gradient);
  // Writes `count` outputs, one for every frame of input from receptive_field - 1 on. Allocates.
  void predict(int network, const float* parameters, const float* input, std::ptrdiff_t count, int threads,
               float* outputs);
  // Number of floats allocated.
  std::size_t memory() const noexcept { return items_.size() + work_.size(); }

 private:
  struct Memory {
    float *items, *threads, *sums;
    std::ptrdiff_t item_size, thread_size, sums_size;
  };
  Memory memory_for(const NetworkPlan& plan, int items, int threads);

  const char* isa_;
  Kernels kernels_;
  int frames_;
  LossWeights weights_;
  std::vector<std::unique_ptr<Network>> networks_;
  base::AlignedBuffer<float> items_, work_;
  std::unique_ptr<Loss> loss_;
  int loss_batch_ = 0, loss_threads_ = 0;
};

}  // namespace nam_core::detail::training
