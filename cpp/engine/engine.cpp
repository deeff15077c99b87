#include "engine/engine.hpp"

#include <algorithm>

#include "base/errors.hpp"
#include "base/float_env.hpp"

namespace nam_core::detail::engine {

namespace {

// How long a copy waits for a gap between two calls of process, in ms: longer than most blocks last.
constexpr int kCopyPatience = 20;

[[noreturn]] void refuse() {
  raise<BusyError>(
      "another thread is using this model, or was when this process forked; give each thread its own copy");
}

}  // namespace

// While it exists, one thread uses the engine, and subnormal numbers count as zero.
template <class T>
class Engine<T>::Use {
 public:
  explicit Use(Engine& engine) : uses_(engine.uses_), number_(uses_.load(std::memory_order_relaxed)) {
    if (number_ % 2 != 0 || !uses_.compare_exchange_strong(number_, number_ + 1, std::memory_order_acquire))
      refuse();
    // A thread that reads a value written after this line also sees that this call has begun.
    std::atomic_thread_fence(std::memory_order_release);
  }
  ~Use() { uses_.store(number_ + 2, std::memory_order_release); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  std::atomic<std::uint64_t>& uses_;
  std::uint64_t number_;
  base::FlushToZero flush_to_zero_;
};

template <class T>
std::int64_t Engine<T>::own_bytes(int in_channels, int out_channels) {
  const std::int64_t in = base::PlanarBuffer<T>::bytes(in_channels);
  const std::int64_t out = base::PlanarBuffer<T>::bytes(out_channels);
  return base::add_bytes(sizeof(Engine), base::add_bytes(in, out));
}

template <class T>
std::int64_t Engine<T>::bytes(const base::Plan& plan, std::int64_t warm_frames) {
  const std::int64_t own = own_bytes(plan.in_channels, plan.out_channels);
  const std::int64_t voice = Voice<T>::bytes(plan.bytes.state);
  return base::add_bytes(base::add_bytes(own, voice),
                         Switcher<T>::bytes(plan.in_channels, plan.out_channels, warm_frames));
}

template <class T>
Engine<T>::Engine(const SettledModel<T>& model, double gain, std::int64_t warm_frames)
    : Engine(model, model.voice(gain, 0), warm_frames) {}

template <class T>
Engine<T>::Engine(const SettledModel<T>& model, Voice<T> voice, std::int64_t warm_frames)
    : kernel_set_(model.kernel_set()),
      kernels_(model.kernels()),
      in_(voice.model->in_channels()),
      out_(voice.model->out_channels()),
      switcher_(std::move(voice), warm_frames) {}

template <class T>
Engine<T>::Engine(const Engine& other)
    : kernel_set_(other.kernel_set_),
      kernels_(other.kernels_),
      in_(other.in_channels()),
      out_(other.out_channels()),
      switcher_(other.switcher_) {}

// The audio thread never waits, so it may write while this copies. The copy then mixes two states and is
// thrown away. That is safe: `process` changes numbers only, no size and no address.
template <class T>
std::unique_ptr<Engine<T>> Engine<T>::copy() const {
  const base::Lock control(switcher_.control_mutex());
  const base::Patience patience(kCopyPatience);
  do {
    const std::uint64_t before = uses_.load(std::memory_order_acquire);
    if (before % 2 == 0) {
      std::unique_ptr<Engine> copied(new Engine(*this));
      std::atomic_thread_fence(std::memory_order_acquire);
      if (uses_.load(std::memory_order_relaxed) == before) return copied;
    }
  } while (patience.wait());
  refuse();
}

template <class T>
void Engine<T>::process(const kernels::KernelTable<T>& kernels, ConstRows<T> in, Rows<T> out,
                        std::ptrdiff_t frames) {
  const Use use(*this);
  switcher_.obey(kernels_);
  run(kernels, in, out, frames);
}

template <class T>
bool Engine<T>::process(ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames, Interruption& interruption) {
  const Use use(*this);
  switcher_.obey(kernels_);
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
    count = std::min<std::ptrdiff_t>(frames - t, switcher_.most_frames());
    // Copies into our padded rows, because kernels read and write whole vectors.
    for (int i = 0; i < in_.channels(); ++i)
      std::copy_n(in.data + i * in.stride + t, count, in_.rows(i).data);
    switcher_.process({kernels, static_cast<int>(count)}, base::as_const(in_.rows()), out_.rows());
    for (int i = 0; i < out_.channels(); ++i)
      std::copy_n(out_.rows(i).data, count, out.data + i * out.stride + t);
  }
}

template <class T>
void Engine<T>::switch_to(const SettledModel<T>& model, double gain, std::int64_t fade_frames) {
  const base::FlushToZero flush_to_zero;
  switcher_.switch_to(model.voice(gain, fade_frames), kernels_);
}

template class Engine<float>;
template class Engine<double>;

}  // namespace nam_core::detail::engine
