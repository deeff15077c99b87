#include "architectures/wavenet/post_stack_head.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::wavenet {

template <class T>
PostStackHead<T>::PostStackHead(base::WeightReader& reader, const PostStackHeadPlan& plan)
    : between_(plan.config->channels) {
  blocks_.reserve(plan.convs.size());
  for (const ConvPlan& conv : plan.convs) {
    const auto weights =
        layers::read_conv(reader, conv.in_channels, conv.out_channels, conv.kernel_size, 1, true);
    blocks_.push_back({layers::Activation<T>(plan.config->activation, conv.in_channels),
                       layers::DilatedConv<T>(layers::Part::post_stack_head, conv, weights)});
  }
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
