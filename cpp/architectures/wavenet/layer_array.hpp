// A stack of dilated layers with its rechannel and head rechannel (format 4.2).
#pragma once

#include "architectures/wavenet/layer.hpp"

namespace nam_core::detail::wavenet {

template <class T>
class LayerArray {
 public:
  // Reads its weights in file order. Throws WeightError. Allocates.
  LayerArray(base::WeightReader& reader, const LayerArrayPlan& plan);

  // Whether anything reads the residual stream after the array.
  bool passes_on() const noexcept { return passes_on_; }

  // Head-sum buffer. Before process() it holds the previous array's head output, or nothing in the first.
  Rows<T> head_sum() noexcept { return head_rechannel_.input(); }
  void start_head_sum(const Block<T>& block) noexcept {
    layers::start_sum(block, head_rechannel_.in_channels(), head_sum());
  }

  // Runs the stack on `in`; head_sum() holds its start. Writes the residual stream after the last layer to
  // `out` (unless its data is null) and the head output to `head_out`. Real time.
  void process(const Block<T>& block, Workspace<T>& workspace, ConstRows<T> condition, ConstRows<T> in,
               Rows<T> out, Rows<T> head_out) noexcept;

 private:
  LayerArray(base::WeightReader& reader, const LayerArrayPlan& plan, const layers::ConvWeights& rechannel);

  int input_size_;
  bool folds_rechannel_;
  bool passes_on_;
  layers::Conv1x1<T> rechannel_;
  std::vector<Layer<T>> layers_;
  layers::DilatedConv<T> head_rechannel_;
};

}  // namespace nam_core::detail::wavenet
