#include "architectures/sequential/sequential.hpp"

#include <algorithm>

namespace nam_core::detail::sequential {

SequentialPlan plan_sequential(const SequentialConfig& config, std::vector<Stage> stages) {
  int widest = 1, grid = 1;
  bool settles = true;
  std::int64_t start = 0, remembered = 0;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    stages[i].start = base::frame_count(start);
    start += stages[i].reach.receptive_field - 1;
    remembered += stages[i].reach.bit_memory - 1;
    grid = std::max(grid, stages[i].reach.grid);  // every grid divides the larger ones
    widest = std::max(widest, stages[i].out_channels);
    settles = settles && stages[i].settles;
  }
  const base::Reach reach{base::frame_count(start + 1), base::frame_count(remembered + 1), grid};
  return {&config, std::move(stages), widest, reach, settles};
}

template <class T>
void Sequential<T>::add_scratch(const SequentialPlan& plan, base::Plan& to) {
  const auto count = static_cast<std::int64_t>(plan.stages.size());
  to.add_scratch(sizeof(Sequential));
  to.add_scratch(base::times(sizeof(std::unique_ptr<base::Model<T>>), count));
  to.add_scratch(base::times(sizeof(Stage), count));
  for (const int rows : {plan.between_rows, plan.between_rows, plan.stages.front().in_channels,
                         plan.stages.back().out_channels})
    to.add_scratch(base::PlanarBuffer<T>::bytes(rows));
}

template <class T>
Sequential<T>::Sequential(const SequentialPlan& plan, std::vector<std::unique_ptr<base::Model<T>>> models)
    : models_(std::move(models)),
      stages_(plan.stages),
      receptive_field_(plan.reach.receptive_field),
      settles_(plan.settles),
      prewarm_frames_(plan.config->prewarm_frames),
      heard_(stages_.back().start + 1),
      between_{base::PlanarBuffer<T>(plan.between_rows), base::PlanarBuffer<T>(plan.between_rows)},
      silence_(in_channels()),
      unheard_(out_channels()) {}

template <class T>
Sequential<T>::Sequential(const Sequential& other)
    : stages_(other.stages_),
      receptive_field_(other.receptive_field_),
      settles_(other.settles_),
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

// In front of frame 0, where the signal is not constant, each model begins when the one before it has heard
// its receptive field: what an LSTM hears before that would move its state, and a long response's last bits.
template <class T>
void Sequential<T>::process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept {
  if (block.settle || heard_ > stages_.back().start) {
    run(block, in, out);
    return;
  }
  for (int t = 0, count; t < block.frames; t += count) {
    count = block.frames - t;
    for (std::size_t i = 0; i < models_.size(); ++i) {
      const bool remembers_more = !stages_[i].settles || stages_[i].reach.grid > 1;
      if (stages_[i].start == heard_ && remembers_more) models_[i]->start(block.kernels);
      if (stages_[i].start > heard_) count = std::min(count, stages_[i].start - heard_);
    }
    run({block.kernels, count}, {in.data + t, in.stride}, {out.data + t, out.stride});
    heard_ = std::min(heard_ + count, stages_.back().start + 1);
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
    heard_ = stages_.back().start + 1;
    run_silence(kernels, prewarm_frames_);
  } else if (settles_) {
    heard_ = stages_.back().start + 1;
    run({kernels, 1, true}, base::as_const(silence_.rows()), unheard_.rows());
  } else {
    run_silence(kernels, receptive_field_ - 1);
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
