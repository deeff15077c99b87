// The WaveNet architecture (format 4.3).
#pragma once

#include "base/model.hpp"
#include "architectures/wavenet/layer_array.hpp"
#include "architectures/wavenet/post_stack_head.hpp"

namespace nam_core::detail::wavenet {

// What a WaveNet<T> runs, and the bytes that it takes, without those of a condition_dsp.
template <class T>
void add_steps(const WaveNetPlan& plan, base::Plan& to);

template <class T>
class WaveNet final : public base::Model<T> {
 public:
  // `condition_dsp` makes the condition from the input; null: the input is the condition. Reads all of
  // `weights`. Throws WeightError. Allocates.
  WaveNet(const base::Reach& reach, const WaveNetPlan& plan, base::WeightReader weights,
          std::unique_ptr<base::Model<T>> condition_dsp);
  WaveNet(const WaveNet& other);

  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept override;
  void reset(const kernels::KernelTable<T>& kernels) noexcept override;
  void start(const kernels::KernelTable<T>& kernels) noexcept override;
  int in_channels() const noexcept override { return in_channels_; }
  int out_channels() const noexcept override { return out_channels_; }
  std::unique_ptr<base::Model<T>> clone() const override { return std::make_unique<WaveNet>(*this); }

 private:
  int in_channels_, out_channels_, array_out_;
  int receptive_field_;  // without the condition_dsp's
  std::unique_ptr<base::Model<T>> condition_dsp_;
  base::PlanarBuffer<T> condition_;
  std::vector<LayerArray<T>> arrays_;
  std::optional<PostStackHead<T>> head_;
  base::PlanarBuffer<T> head_scale_;  // one row, constant
  base::PlanarBuffer<T> scaled_;      // input of the post-stack head
  base::PlanarBuffer<T> stream_[2];   // the residual stream between arrays
  base::PlanarBuffer<T> silence_;     // in_channels rows of zeros
  base::PlanarBuffer<T> unheard_;     // outputs for silence
  Workspace<T> workspace_;
};

}  // namespace nam_core::detail::wavenet
