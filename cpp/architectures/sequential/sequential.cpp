#include "architectures/sequential/sequential.hpp"

#include <algorithm>

#include "base/errors.hpp"

namespace nam_core::detail::sequential {

template <class T>
Sequential<T>::Sequential(std::vector<std::unique_ptr<base::Model<T>>> models, int prewarm_frames)
    : models_(std::move(models)), prewarm_frames_(prewarm_frames) {
  if (models_.empty()) throw ConfigError("a Sequential needs at least one model");
  int widest = 1, start = 0;
  for (std::size_t i = 0; i < models_.size(); ++i) {
    if (i > 0 && models_[i]->in_channels() != models_[i - 1]->out_channels())
      throw ConfigError(
          "a model of a Sequential takes another number of channels than the one before it gives");
    starts_.push_back(start);
    start += models_[i]->receptive_field() - 1;
    widest = std::max(widest, models_[i]->out_channels());
  }
  heard_ = starts_.back() + 1;
  for (auto& buffer : between_) buffer = base::PlanarBuffer<T>(widest);
  silence_ = base::PlanarBuffer<T>(in_channels());
  unheard_ = base::PlanarBuffer<T>(out_channels());
}

template <class T>
Sequential<T>::Sequential(const Sequential& other)
    : starts_(other.starts_),
      prewarm_frames_(other.prewarm_frames_),
      heard_(other.heard_),
      between_{other.between_[0], other.between_[1]},
      silence_(other.silence_),
      unheard_(other.unheard_) {
  for (const auto& model : other.models_) models_.push_back(model->clone());
}

template <class T>
void Sequential<T>::run(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept {
  for (std::size_t i = 0; i < models_.size(); ++i) {
    const Rows<T> to = i + 1 == models_.size() ? out : between_[i % 2].rows();
    models_[i]->process(block, in, to);
    in = base::as_const(to);
  }
}

// In front of frame 0, where the signal is not constant, each model begins when the one before it has heard
// its receptive field: what an LSTM hears before that would move its state, and a long response's last bits.
template <class T>
void Sequential<T>::process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept {
  if (block.settle || heard_ > starts_.back()) {
    run(block, in, out);
    return;
  }
  for (int t = 0, count; t < block.frames; t += count) {
    count = block.frames - t;
    for (std::size_t i = 0; i < models_.size(); ++i) {
      const bool remembers_more = !models_[i]->settles() || models_[i]->grid() > 1;
      if (starts_[i] == heard_ && remembers_more) models_[i]->start(block.kernels);
      if (starts_[i] > heard_) count = std::min(count, starts_[i] - heard_);
    }
    run({block.kernels, count}, {in.data + t, in.stride}, {out.data + t, out.stride});
    heard_ = std::min(heard_ + count, starts_.back() + 1);
  }
}

template <class T>
void Sequential<T>::start(const kernels::KernelTable<T>& kernels) noexcept {
  for (auto& model : models_) model->reset(kernels);
  heard_ = 0;
}

template <class T>
void Sequential<T>::reset(const kernels::KernelTable<T>& kernels) noexcept {
  start(kernels);
  if (prewarm_frames_ >= 0) {
    heard_ = starts_.back() + 1;
    run_silence(kernels, prewarm_frames_);
  } else if (settles()) {
    heard_ = starts_.back() + 1;
    run({kernels, 1, true}, base::as_const(silence_.rows()), unheard_.rows());
  } else {
    run_silence(kernels, receptive_field() - 1);
  }
}

template <class T>
void Sequential<T>::run_silence(const kernels::KernelTable<T>& kernels, int frames) noexcept {
  for (int left = frames; left > 0; left -= base::kTile)
    process({kernels, std::min(left, base::kTile)}, base::as_const(silence_.rows()), unheard_.rows());
}

template <class T>
bool Sequential<T>::settles() const noexcept {
  return std::all_of(models_.begin(), models_.end(), [](const auto& model) { return model->settles(); });
}

template <class T>
int Sequential<T>::receptive_field() const noexcept {
  return starts_.back() + models_.back()->receptive_field();
}

template <class T>
int Sequential<T>::bit_memory() const noexcept {
  int frames = 1;
  for (const auto& model : models_) frames += model->bit_memory() - 1;
  return frames;
}

// Every grid divides the larger ones.
template <class T>
int Sequential<T>::grid() const noexcept {
  int largest = 1;
  for (const auto& model : models_) largest = std::max(largest, model->grid());
  return largest;
}

template class Sequential<float>;
template class Sequential<double>;

}  // namespace nam_core::detail::sequential
