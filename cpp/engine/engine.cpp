#include "engine/engine.hpp"

#include <algorithm>
#include <string>

#include "base/errors.hpp"
#include "base/float_env.hpp"

namespace nam_core::detail::engine {

namespace {

using sequential::Sequential;
using sequential::Stage;

template <class T>
std::vector<PartSize> sizes_of(std::span<const Part<T>> parts) {
  std::vector<PartSize> sizes;
  for (const Part<T>& part : parts)
    sizes.push_back(
        {part.model->in_channels(), part.model->out_channels(), part.model->state_bytes(), part.warm_frames});
  return sizes;
}

template <class T>
std::unique_ptr<base::Model<T>> make_root(std::span<const Part<T>> parts, std::optional<int> prewarm_frames) {
  std::vector<std::unique_ptr<base::Model<T>>> models;
  models.reserve(parts.size());
  for (const Part<T>& part : parts) {
    if (!models.empty() && models.back()->out_channels() != part.model->in_channels())
      raise<ConfigError>("a model of a chain has " + std::to_string(part.model->in_channels()) +
                         " input channels; it must have " + std::to_string(models.back()->out_channels()) +
                         ", the output channels of the model before it");
    Voice<T> voice = part.used_up ? part.used_up->last_voice(part.gain, 0) : part.model->voice(part.gain, 0);
    if (part.warm_frames > 0)
      models.push_back(std::make_unique<Switcher<T>>(std::move(voice), part.warm_frames));
    else
      models.push_back(std::move(voice.model));
  }
  if (!prewarm_frames) return std::move(models.front());
  return std::make_unique<Sequential<T>>(std::move(models), *prewarm_frames);
}

template <class T>
std::vector<std::size_t> switching_of(std::span<const Part<T>> parts) {
  const auto can_switch = [](const Part<T>& part) { return part.warm_frames > 0; };
  std::vector<std::size_t> numbers;
  numbers.reserve(static_cast<std::size_t>(std::count_if(parts.begin(), parts.end(), can_switch)));
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (can_switch(parts[i])) numbers.push_back(i);
  return numbers;
}

// The switchers of the parts `switching`; make_root has made `root`, or the model that `root` is a copy of.
template <class T>
std::vector<Switcher<T>*> switchers_in(base::Model<T>& root, bool is_chain,
                                       const std::vector<std::size_t>& switching) {
  std::vector<Switcher<T>*> found;
  found.reserve(switching.size());
  for (const std::size_t part : switching) {
    base::Model<T>& model = is_chain ? *static_cast<Sequential<T>&>(root).models()[part] : root;
    found.push_back(&static_cast<Switcher<T>&>(model));
  }
  return found;
}

}  // namespace

template <class T>
Engine<T>::Use::Use(Engine& engine)
    : in_use_(engine.in_use_), resets_wanted_(engine.resets_wanted_.load(std::memory_order_acquire)) {
  if (in_use_.exchange(true, std::memory_order_acquire))
    raise<BusyError>(
        "another thread is using this model, or was when this process forked; give each thread its own copy");
}

template <class T>
std::int64_t Engine<T>::bytes(std::span<const PartSize> parts, bool chained) {
  std::int64_t bytes = sizeof(Engine);
  std::vector<Stage> stages;
  for (const PartSize& part : parts) {
    stages.push_back({part.in_channels, part.out_channels, {}});
    if (part.warm_frames == 0) {
      bytes = base::add_bytes(bytes, part.state_bytes);
      continue;
    }
    bytes = base::add_bytes(bytes, Voice<T>::bytes(part.state_bytes));
    bytes = base::add_bytes(bytes, Switcher<T>::bytes(part.in_channels, part.out_channels, part.warm_frames));
    bytes = base::add_bytes(bytes, sizeof(Switcher<T>*) + sizeof(std::size_t));
  }
  if (chained) bytes = base::add_bytes(bytes, Sequential<T>::bytes(stages));
  bytes = base::add_bytes(bytes, base::PlanarBuffer<T>::bytes(parts.front().in_channels));
  return base::add_bytes(bytes, base::PlanarBuffer<T>::bytes(parts.back().out_channels));
}

template <class T>
Engine<T>::Engine(std::span<const Part<T>> parts, std::optional<int> prewarm_frames, bool counted)
    : taken_(counted ? parts.front().model->limit() : nullptr,
             bytes(sizes_of(parts), prewarm_frames.has_value())),
      kernel_set_(parts.front().model->kernel_set()),
      kernels_(parts.front().model->kernels()),
      root_(make_root(parts, prewarm_frames)),
      is_chain_(prewarm_frames.has_value()),
      switching_(switching_of(parts)),
      switchers_(switchers_in(*root_, is_chain_, switching_)),
      in_(root_->in_channels()),
      out_(root_->out_channels()) {
  fixed_bytes_ = taken_.bytes();
  for (Switcher<T>* switcher : switchers_) fixed_bytes_ -= switcher->memory_bytes();
  // In a chain, each model is settled on the output of the model before it for silence.
  const base::FlushToZero flush_to_zero;
  if (prewarm_frames) root_->reset(kernels_);
}

template <class T>
Engine<T>::Engine(const Engine& other)
    : taken_(other.taken_),
      kernel_set_(other.kernel_set_),
      kernels_(other.kernels_),
      root_(other.root_->clone()),
      is_chain_(other.is_chain_),
      switching_(other.switching_),
      switchers_(switchers_in(*root_, is_chain_, switching_)),
      fixed_bytes_(other.fixed_bytes_),
      in_(other.in_channels()),
      out_(other.out_channels()),
      resets_wanted_(other.resets_wanted_.load(std::memory_order_acquire)),
      resets_done_(other.resets_done_.load(std::memory_order_relaxed)) {}

template <class T>
std::unique_ptr<Engine<T>> Engine<T>::copy(const base::Lock&) {
  const Use use(*this);
  return std::unique_ptr<Engine>(new Engine(*this));
}

template <class T>
void Engine<T>::process(const Use& use, const kernels::KernelTable<T>& kernels, ConstRows<T> in, Rows<T> out,
                        std::ptrdiff_t frames) noexcept {
  const base::FlushToZero flush_to_zero;
  obey(use);
  run(kernels, in, out, frames);
}

template <class T>
bool Engine<T>::process(const Use& use, ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames,
                        Interruption& interruption) noexcept {
  const base::FlushToZero flush_to_zero;
  obey(use);
  for (std::ptrdiff_t t = 0; t < frames; t += kFramesUnasked) {
    if (t > 0 && interruption.wanted()) {
      reset();
      return false;
    }
    run(kernels_, {in.data + t, in.stride}, {out.data + t, out.stride}, std::min(frames - t, kFramesUnasked));
  }
  return true;
}

template <class T>
void Engine<T>::run(const kernels::KernelTable<T>& kernels, ConstRows<T> in, Rows<T> out,
                    std::ptrdiff_t frames) noexcept {
  for (std::ptrdiff_t t = 0, count; t < frames; t += count) {
    int most = base::kTile;
    for (Switcher<T>* switcher : switchers_) most = std::min(most, switcher->prepare());
    count = std::min<std::ptrdiff_t>(frames - t, most);
    // Copies into our padded rows, because kernels read and write whole vectors.
    for (int i = 0; i < in_.channels(); ++i) {
      std::copy_n(in.data + i * in.stride + t, count, in_.rows(i).data);
      base::flush_to_zero(in_.rows(i).data, count);
    }
    root_->process({kernels, static_cast<int>(count)}, base::as_const(in_.rows()), out_.rows());
    for (int i = 0; i < out_.channels(); ++i) {
      base::flush_to_zero(out_.rows(i).data, count);
      std::copy_n(out_.rows(i).data, count, out.data + i * out.stride + t);
    }
  }
}

template <class T>
void Engine<T>::reset() noexcept {
  // The switchers come first, so that a thread that sees the engine's number also sees theirs.
  for (Switcher<T>* switcher : switchers_) switcher->want_reset();
  resets_wanted_.fetch_add(1, std::memory_order_acq_rel);
}

template <class T>
void Engine<T>::obey(const Use& use) noexcept {
  const std::uint64_t wanted = use.resets_wanted_;
  if (wanted == resets_done_.load(std::memory_order_relaxed)) return;
  root_->reset(kernels_);
  resets_done_.store(wanted, std::memory_order_relaxed);
}

template <class T>
void Engine<T>::switch_to(std::size_t switcher, const SettledModel<T>& model, double gain,
                          std::int64_t fade_frames) {
  begin_switch(switcher, model.state_bytes(), [&] { return model.voice(gain, fade_frames); });
}

template <class T>
void Engine<T>::switch_to(std::size_t switcher, SettledModel<T>&& model, double gain,
                          std::int64_t fade_frames) {
  begin_switch(switcher, model.state_bytes(), [&] { return model.last_voice(gain, fade_frames); });
}

template <class T>
template <class MakeVoice>
void Engine<T>::begin_switch(std::size_t switcher, std::int64_t state_bytes, MakeVoice make_voice) {
  const base::FlushToZero flush_to_zero;
  const base::Lock lock(control_mutex_);
  Switcher<T>& switched = *switchers_.at(switcher);
  taken_.resize(held_bytes() + Voice<T>::bytes(state_bytes));
  switched.switch_to(make_voice(), kernels_);
  taken_.resize(held_bytes());
}

template <class T>
bool Engine<T>::switching() const noexcept {
  return std::any_of(switchers_.begin(), switchers_.end(),
                     [](const Switcher<T>* switcher) { return switcher->switching(); });
}

template <class T>
std::int64_t Engine<T>::memory_bytes() {
  const base::Lock lock(control_mutex_);
  taken_.resize(held_bytes());
  return taken_.bytes();
}

// The control mutex must be held.
template <class T>
std::int64_t Engine<T>::held_bytes() {
  std::int64_t bytes = fixed_bytes_;
  for (Switcher<T>* switcher : switchers_) bytes += switcher->memory_bytes();
  return bytes;
}

template class Engine<float>;
template class Engine<double>;

}  // namespace nam_core::detail::engine
