#include "layers/long_response/tier.hpp"

#include "layers/conv_weights.hpp"
#include "layers/long_response/response_spectrum.hpp"

namespace nam_core::detail::layers {

namespace {

using kernels::kBins;

// Frames between two portions of work. A call for each frame would cost more than the work that it does.
constexpr int kTick = 16;
// Approximate cycles of the product of kBins bins with one partition.
constexpr std::int64_t kProductCost = 6;
constexpr int kRestOutput = 2;

// The steps of the work on one block: a transform for each input; a product and a transform for each output.
std::int64_t step_count(const TierPlan& plan) {
  const std::int64_t steps = plan.size.passes + 1;
  return plan.inputs * steps + plan.outputs * (steps + 1);
}

}  // namespace

template <class T>
std::int64_t TierResponse<T>::bytes(const TierPlan& plan) {
  return base::add_bytes(Transform<T>::bytes(plan.size.passes),
                         base::SharedBuffer<T>::bytes(plan.spectrum_values()));
}

template <class T>
TierResponse<T>::TierResponse(const TierPlan& plan, const ConvWeights& conv)
    : TierResponse(plan, conv, TwiddleTable(plan.size.passes)) {}

template <class T>
TierResponse<T>::TierResponse(const TierPlan& plan, const ConvWeights& conv, const TwiddleTable& twiddles)
    : plan_(plan), transform_(twiddles), spectra_(static_cast<std::size_t>(plan.spectrum_values())) {
  const TierSize& size = plan_.size;
  const int stored = plan_.shares_response ? 1 : plan_.outputs;
  // A forward and a backward transform together multiply by the block length.
  const double scale = 1.0 / size.block;
  std::vector<double> taps(static_cast<std::size_t>(size.block));
  for (int o = 0; o < stored; ++o)
    for (int i = 0; i < plan_.inputs_of_output; ++i)
      for (int p = 0; p < size.partitions; ++p) {
        const int first = size.first_tap + p * size.block;
        for (int k = 0; k < size.block; ++k) {
          const int age = first + k;
          const bool exists = age < conv.kernel_size;
          taps[static_cast<std::size_t>(k)] =
              exists ? conv.weight(o, i * conv.kernel_size + conv.kernel_size - 1 - age) : 0.0;
        }
        const LeafSpectrum spectrum = leaf_spectrum(twiddles, taps);
        T* to = spectra_.data() + o * plan_.output_step() + i * plan_.input_step() + p * 2 * kBins;
        for (std::ptrdiff_t leaf = 0; leaf < size.block; ++leaf) {
          const std::ptrdiff_t bin = bin_of_leaf(leaf, size.block);
          T* at = to + bin / kBins * (size.partitions * 2 * kBins) + bin % kBins;
          at[0] = static_cast<T>(spectrum.re[static_cast<std::size_t>(leaf)] * scale);
          at[kBins] = static_cast<T>(spectrum.im[static_cast<std::size_t>(leaf)] * scale);
        }
      }
}

template <class T>
base::Bytes Tier<T>::bytes(const TierPlan& plan) {
  using Buffer = base::AlignedBuffer<T>;
  const std::int64_t block = plan.size.block;
  base::Bytes bytes{TierResponse<T>::bytes(plan)};
  bytes += {0, Buffer::bytes(3 * plan.inputs * block)};
  bytes += {0, Buffer::bytes(base::times(plan.inputs, plan.input_step()))};
  bytes += {0, Buffer::bytes(2 * plan.inputs * block)};
  bytes += {0, Buffer::bytes(3 * plan.outputs * block)};
  bytes += {0, TransformScratch<T>::bytes(plan.size.block)};
  bytes += {0, base::PlanarBuffer<T>::bytes(plan.outputs)};
  bytes += {0, base::times(sizeof(T), plan.inputs)};
  bytes += {0, base::times(sizeof(Step), step_count(plan))};
  return bytes;
}

template <class T>
Tier<T>::Tier(const TierResponse<T>& response)
    : response_(response),
      inputs_(static_cast<std::size_t>(3 * response_.inputs()) * response_.size().block),
      windows_(static_cast<std::size_t>(response_.inputs() * response_.plan().input_step())),
      rest_windows_(static_cast<std::size_t>(2 * response_.inputs()) * response_.size().block),
      outputs_(static_cast<std::size_t>(3 * response_.outputs()) * response_.size().block),
      scratch_(response_.size().block),
      due_(response_.outputs()),
      rest_(static_cast<std::size_t>(response_.inputs())) {
  steps_.reserve(static_cast<std::size_t>(step_count(response_.plan())));
  const TierSize& size = response_.size();
  const Transform<T>& transform = response_.transform();
  for (int i = 0; i < response_.inputs(); ++i)
    for (int n = 0; n < transform.steps(); ++n)
      add_step({Step::forward, i, n, transform.pieces(n), transform.cost(n)});
  for (int o = 0; o < response_.outputs(); ++o) {
    const std::int64_t products = std::int64_t{response_.plan().inputs_of_output} * size.partitions;
    add_step({Step::product, o, 0, size.block / kBins, kProductCost * products});
    for (int n = 0; n < transform.steps(); ++n) {
      const int mirrored = transform.steps() - 1 - n;
      add_step({Step::backward, o, n, transform.pieces(mirrored), transform.cost(mirrored)});
    }
  }
}

template <class T>
void Tier<T>::add_step(const Step& step) {
  steps_.push_back(step);
  total_cost_ += step.pieces * step.cost;
}

template <class T>
void Tier<T>::process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept {
  if (block.settle) settle(block.kernels, in);
  const Rows<T> due = due_.rows();
  for (int t = 0, count; t < block.frames; t += count) {
    count = std::min(block.frames - t, response_.size().block - filled_);
    for (int o = 0; o < response_.outputs(); ++o)
      std::copy_n(output_block(played_, o) + filled_, count, due.data + o * due.stride + t);
    if (block.settle) break;
    for (int i = 0; i < response_.inputs(); ++i)
      std::copy_n(in.data + i * in.stride + t, count, input_block(0, i) + filled_);
    filled_ += count;
    if (!response_.size().at_once()) work_until(block.kernels, filled_);
    if (filled_ == response_.size().block) complete_block(block.kernels);
  }
  block.kernels.add({as_const(out), as_const(due), {}, out, response_.outputs(), block.frames});
}

template <class T>
void Tier<T>::settle(const kernels::KernelTable<T>& kernels, ConstRows<T> in) noexcept {
  bool same = rested_;
  for (int i = 0; i < response_.inputs(); ++i) {
    const T value = in.data[i * in.stride];
    same = same && value == rest_[static_cast<std::size_t>(i)];
    rest_[static_cast<std::size_t>(i)] = value;
    for (int age = 0; age < 3; ++age) std::fill_n(input_block(age, i), response_.size().block, value);
  }
  filled_ = newest_ = heard_ = 0;
  if (!same)
    for (const Step& step : steps_) work(kernels, step, 0, step.pieces, Input::rest);
  rested_ = true;
  for (int o = 0; o < response_.outputs(); ++o)
    for (int which = 0; which < kRestOutput; ++which)
      std::copy_n(output_block(kRestOutput, o), response_.size().block, output_block(which, o));
  if (!response_.size().at_once()) begin_work();
}

template <class T>
void Tier<T>::complete_block(const kernels::KernelTable<T>& kernels) noexcept {
  filled_ = 0;
  incoming_ = (incoming_ + 1) % 3;
  if (response_.size().at_once()) {
    begin_work();
    work_until(kernels, response_.size().block);
    played_ = 1 - played_;
  } else {
    played_ = 1 - played_;
    begin_work();
  }
}

template <class T>
void Tier<T>::begin_work() noexcept {
  const int slots = response_.size().partitions;
  newest_ = (newest_ + slots - 1) % slots;
  heard_ = std::min(heard_ + 1, slots);
  step_ = 0;
  piece_ = 0;
  done_ = 0;
}

template <class T>
void Tier<T>::work_until(const kernels::KernelTable<T>& kernels, int frames) noexcept {
  const std::int64_t due = total_cost_ * (frames / kTick * kTick) / response_.size().block;
  while (done_ < due) {
    const Step& step = steps_[step_];
    const int pieces =
        static_cast<int>(std::min<std::int64_t>(step.pieces - piece_, (due - done_ - 1) / step.cost + 1));
    work(kernels, step, piece_, piece_ + pieces, Input::stream);
    done_ += pieces * step.cost;
    piece_ += pieces;
    if (piece_ == step.pieces) ++step_, piece_ = 0;
  }
}

template <class T>
void Tier<T>::work(const kernels::KernelTable<T>& kernels, const Step& step, int first, int last,
                   Input input) noexcept {
  const TierResponse<T>& response = response_;
  const Transform<T>& transform = response.transform();
  const std::ptrdiff_t partitions = response.size().partitions,
                       rest_step = 2 * std::ptrdiff_t{transform.size()};
  if (step.kind == Step::forward) {
    const Planes<const T> window{input_block(2, step.channel), input_block(1, step.channel)};
    if (input == Input::rest)
      transform.forward(kernels, step.step, first, last, window, scratch_,
                        rest_windows_.data() + step.channel * rest_step, 2 * kBins);
    else
      transform.forward(kernels, step.step, first, last, window, scratch_,
                        windows_.data() + step.channel * response.plan().input_step() + newest_ * 2 * kBins,
                        partitions * 2 * kBins);
  } else if (step.kind == Step::product) {
    const int in = response.plan().first_input(step.channel);
    const Planes<T> sum = scratch_.turned();
    kernels.spectra({windows_.data() + in * response.plan().input_step(),
                     rest_windows_.data() + in * rest_step, response.spectra(step.channel),
                     response.plan().input_step(), rest_step, response.plan().inputs_of_output,
                     static_cast<int>(partitions), newest_, heard_, sum.re, sum.im, first, last});
  } else {
    transform.backward(kernels, step.step, first, last, scratch_,
                       output_block(input == Input::rest ? kRestOutput : 1 - played_, step.channel));
  }
}

template <class T>
T* Tier<T>::input_block(int age, int input) noexcept {
  const std::ptrdiff_t block = (incoming_ + 3 - age) % 3 + 3 * std::ptrdiff_t{input};
  return inputs_.data() + block * response_.size().block;
}

template <class T>
T* Tier<T>::output_block(int which, int output) noexcept {
  return outputs_.data() + (which + 3 * std::ptrdiff_t{output}) * response_.size().block;
}

template class TierResponse<float>;
template class TierResponse<double>;
template class Tier<float>;
template class Tier<double>;

}  // namespace nam_core::detail::layers
