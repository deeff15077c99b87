#include "architectures/wavenet/post_stack_head.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::wavenet {

template <class T>
PostStackHead<T>::PostStackHead(const kernels::KernelTable<T>& kernels, base::WeightReader& reader,
                                int in_channels, const PostStackHeadConfig& config)
    : between_(config.channels) {
  if (config.kernel_sizes.empty()) throw ConfigError("a post-stack head needs at least one block");
  int width = in_channels;
  for (std::size_t r = 0; r < config.kernel_sizes.size(); ++r) {
    const int next = r + 1 == config.kernel_sizes.size() ? config.out_channels : config.channels;
    const auto weights = layers::read_conv(reader, width, next, config.kernel_sizes[r], 1, true);
    blocks_.push_back({layers::Activation<T>(config.activation, width),
                       layers::DilatedConv<T>(kernels, layers::Part::post_stack_head, weights, 1)});
    width = next;
  }
}

template <class T>
int PostStackHead<T>::receptive_field() const noexcept {
  int frames = 1;
  for (const Stage& stage : blocks_) frames += stage.conv.lookback();
  return frames;
}

template <class T>
void PostStackHead<T>::process(const Block<T>& block, base::ConstRows<T> in, Rows<T> out) noexcept {
  for (std::size_t r = 0; r < blocks_.size(); ++r) {
    const bool last = r + 1 == blocks_.size();
    blocks_[r].activation.process(block, in, blocks_[r].conv.input());
    blocks_[r].conv.process(block, last ? out : between_.rows());
    in = layers::as_const(between_.rows());
  }
}

template class PostStackHead<float>;
template class PostStackHead<double>;

}  // namespace nam_core::detail::wavenet
