#include "architectures/sequential/sequential.hpp"

#include <algorithm>

namespace nam_core::detail::sequential {

namespace {

template <class T>
std::vector<Stage> stages_of(const std::vector<std::unique_ptr<base::Model<T>>>& models) {
  std::vector<Stage> stages;
  for (const auto& model : models)
    stages.push_back({model->in_channels(), model->out_channels(), model->reach()});
  return stages;
}

// The most channels of any signal between two models.
int widest(std::span<const Stage> stages) {
  int rows = 1;
  for (const Stage& stage : stages) rows = std::max(rows, stage.out_channels);
  return rows;
}

}  // namespace

base::Reach join_stages(std::span<const Stage> stages) {
  base::Reach reach = stages.front().reach;
  for (const Stage& stage : stages.subspan(1)) reach = reach.then(stage.reach);
  return reach;
}

template <class T>
std::int64_t Sequential<T>::bytes(std::span<const Stage> stages) {
  const std::int64_t each = sizeof(std::unique_ptr<base::Model<T>>) + sizeof(int);
  std::int64_t bytes =
      base::add_bytes(sizeof(Sequential), base::times(each, static_cast<std::int64_t>(stages.size())));
  for (const int rows :
       {widest(stages), widest(stages), stages.front().in_channels, stages.back().out_channels})
    bytes = base::add_bytes(bytes, base::PlanarBuffer<T>::bytes(rows));
  return bytes;
}

template <class T>
Sequential<T>::Sequential(std::vector<std::unique_ptr<base::Model<T>>> models, int prewarm_frames)
    : base::Model<T>(join_stages(stages_of(models))),
      models_(std::move(models)),
      starts_(models_.size()),
      prewarm_frames_(prewarm_frames),
      between_{base::PlanarBuffer<T>(widest(stages_of(models_))),
               base::PlanarBuffer<T>(widest(stages_of(models_)))},
      silence_(in_channels()),
      unheard_(out_channels()) {
  models_.shrink_to_fit();
}

template <class T>
Sequential<T>::Sequential(const Sequential& other)
    : base::Model<T>(other),
      starts_(other.starts_),
      prewarm_frames_(other.prewarm_frames_),
      heard_(other.heard_),
      between_{other.between_[0], other.between_[1]},
      silence_(other.silence_),
      unheard_(other.unheard_) {
  models_.reserve(other.models_.size());
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

// Before frame 0 the signal is not constant, so each model starts when the one before it has played its
// receptive field. If it started earlier, the warm-up would change the state of an LSTM and the last bits of
// a long response.
template <class T>
void Sequential<T>::process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept {
  if (block.settle || heard_ > starts_.back()) {
    run(block, in, out);
    return;
  }
  for (int t = 0, count; t < block.frames; t += count) {
    count = block.frames - t;
    for (std::size_t i = 0; i < models_.size(); ++i) {
      const base::Reach& reach = models_[i]->reach();
      const bool remembers_more = !reach.settles || reach.grid > 1;
      if (starts_[i] == heard_ && remembers_more) models_[i]->start(block.kernels);
      if (starts_[i] > heard_) count = std::min(count, starts_[i] - heard_);
    }
    run({block.kernels, count}, {in.data + t, in.stride}, {out.data + t, out.stride});
    heard_ = std::min(heard_ + count, starts_.back() + 1);
  }
}

template <class T>
void Sequential<T>::start(const kernels::KernelTable<T>& kernels) noexcept {
  base::Reach& reach = this->reach_;
  for (std::size_t i = 0; i < models_.size(); ++i) {
    models_[i]->reset(kernels);
    starts_[i] = i == 0 ? 0 : reach.receptive_field - 1;
    reach = i == 0 ? models_[i]->reach() : reach.then(models_[i]->reach());
  }
  heard_ = 0;
}

template <class T>
void Sequential<T>::reset(const kernels::KernelTable<T>& kernels) noexcept {
  start(kernels);
  if (prewarm_frames_ >= 0) {
    heard_ = starts_.back() + 1;
    run_silence(kernels, prewarm_frames_);
  } else if (this->reach_.settles) {
    heard_ = starts_.back() + 1;
    run({kernels, 1, true}, base::as_const(silence_.rows()), unheard_.rows());
  } else {
    run_silence(kernels, this->reach_.receptive_field - 1);
  }
}

template <class T>
void Sequential<T>::run_silence(const kernels::KernelTable<T>& kernels, int frames) noexcept {
  for (int left = frames; left > 0; left -= base::kTile)
    process({kernels, std::min(left, base::kTile)}, base::as_const(silence_.rows()), unheard_.rows());
}

template class Sequential<float>;
template class Sequential<double>;

}  // namespace nam_core::detail::sequential
