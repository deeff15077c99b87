#include "engine/engine.hpp"

#include <algorithm>

#include "base/errors.hpp"
#include "base/float_env.hpp"

namespace nam_core::detail::engine {

// Holds the engine for one thread, with denormals flushed, while it lives.
template <class T>
class Engine<T>::Use {
 public:
  explicit Use(const Engine& engine) : busy_(engine.busy_) {
    if (busy_.test_and_set(std::memory_order_acquire))
      throw BusyError("another thread is using this model; give each thread its own copy");
  }
  ~Use() { busy_.clear(std::memory_order_release); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  std::atomic_flag& busy_;
  base::FlushToZero flush_to_zero_;
};

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
    : Engine(other, std::scoped_lock(other.switcher_.control_mutex()), Use(other)) {}

template <class T>
Engine<T>::Engine(const Engine& other, const std::scoped_lock<std::mutex>&, const Use&)
    : kernel_set_(other.kernel_set_),
      kernels_(other.kernels_),
      in_(other.in_),
      out_(other.out_),
      switcher_(other.switcher_) {}

template <class T>
void Engine<T>::process(const kernels::KernelTable<T>& kernels, ConstRows<T> in, Rows<T> out,
                        std::ptrdiff_t frames) {
  const Use use(*this);
  for (std::ptrdiff_t t = 0, count; t < frames; t += count) {
    count = std::min<std::ptrdiff_t>(frames - t, switcher_.most_frames());
    // Through padded rows of our own: kernels read and write whole vectors.
    for (int i = 0; i < in_.channels(); ++i)
      std::copy_n(in.data + i * in.stride + t, count, in_.rows(i).data);
    switcher_.process({kernels, static_cast<int>(count)}, base::as_const(in_.rows()), out_.rows());
    for (int i = 0; i < out_.channels(); ++i)
      std::copy_n(out_.rows(i).data, count, out.data + i * out.stride + t);
  }
}

template <class T>
void Engine<T>::reset() {
  const Use use(*this);
  switcher_.reset(kernels_);
}

template <class T>
void Engine<T>::switch_to(const SettledModel<T>& model, double gain, std::int64_t fade_frames) {
  const base::FlushToZero flush_to_zero;
  switcher_.switch_to(model.voice(gain, fade_frames), kernels_);
}

template class Engine<float>;
template class Engine<double>;

}  // namespace nam_core::detail::engine
