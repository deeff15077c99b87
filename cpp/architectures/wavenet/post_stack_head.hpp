// The network after the arrays: blocks of activation and convolution (format 2.5).
#pragma once

#include "base/weight_reader.hpp"
#include "layers/activation.hpp"
#include "layers/dilated_conv.hpp"

namespace nam_core::detail::wavenet {

using base::Block;
using base::Rows;

template <class T>
class PostStackHead {
 public:
  // Reads its weights in file order. Throws WeightError, ConfigError. Allocates.
  PostStackHead(const kernels::KernelTable<T>& kernels, base::WeightReader& reader, int in_channels,
                const PostStackHeadConfig& config);

  int out_channels() const noexcept { return blocks_.back().conv.out_channels(); }
  int receptive_field() const noexcept;

  // Real time.
  void process(const Block<T>& block, base::ConstRows<T> in, Rows<T> out) noexcept;

 private:
  struct Stage {
    layers::Activation<T> activation;
    layers::DilatedConv<T> conv;
  };
  std::vector<Stage> blocks_;
  base::PlanarBuffer<T> between_;
};

}  // namespace nam_core::detail::wavenet
