// The network after the arrays: blocks of activation and convolution (format 2.5).
#pragma once

#include "base/weight_reader.hpp"
#include "layers/activation.hpp"
#include "layers/dilated_conv.hpp"
#include "architectures/wavenet/plan.hpp"

namespace nam_core::detail::wavenet {

using base::Block;
using base::Rows;

template <class T>
class PostStackHead {
 public:
  // Reads its weights in file order. Throws WeightError. Allocates.
  PostStackHead(base::WeightReader& reader, const PostStackHeadPlan& plan);

  // Real time.
  void process(const Block<T>& block, base::ConstRows<T> in, Rows<T> out) noexcept;

  struct Stage {
    layers::Activation<T> activation;
    layers::DilatedConv<T> conv;
  };

 private:
  std::vector<Stage> blocks_;
  base::PlanarBuffer<T> between_;
};

}  // namespace nam_core::detail::wavenet
