#include "engine/engine.hpp"

#include <algorithm>

#include "base/errors.hpp"
#include "base/float_env.hpp"

namespace nam::engine {

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

namespace {

template <class T>
std::unique_ptr<base::Model<T>> make_settled(const kernels::KernelTable<T>& kernels,
                                             const ModelDescription& model) {
  const base::FlushToZero flush_to_zero;
  auto made = make_model<T>(kernels, model);
  made->reset(kernels);
  return made;
}

}  // namespace

template <class T>
Engine<T>::Engine(const ModelDescription& model, std::string_view isa)
    : kernel_set_(kernels::choose_kernel_set(isa)),
      kernels_(kernel_set_.table<T>()),
      model_(make_settled<T>(kernels_, model)),
      in_(model_->in_channels()),
      out_(model_->out_channels()) {}

template <class T>
Engine<T>::Engine(const Engine& other)
    : kernel_set_(other.kernel_set_), kernels_(other.kernels_), in_(other.in_), out_(other.out_) {
  const Use use(other);
  model_ = other.model_->clone();
}

template <class T>
void Engine<T>::process(ConstRows<T> in, Rows<T> out, std::ptrdiff_t frames) {
  const Use use(*this);
  for (std::ptrdiff_t t = 0; t < frames; t += base::kTile) {
    const int count = static_cast<int>(std::min<std::ptrdiff_t>(frames - t, base::kTile));
    // Through padded rows of our own: kernels read and write whole vectors.
    for (int i = 0; i < in_.channels(); ++i)
      std::copy_n(in.data + i * in.stride + t, count, in_.rows(i).data);
    model_->process({kernels_, count}, layers::as_const(in_.rows()), out_.rows());
    for (int i = 0; i < out_.channels(); ++i)
      std::copy_n(out_.rows(i).data, count, out.data + i * out.stride + t);
  }
}

template <class T>
void Engine<T>::reset() {
  const Use use(*this);
  model_->reset(kernels_);
}

template class Engine<float>;
template class Engine<double>;

}  // namespace nam::engine
