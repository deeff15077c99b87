#include "engine/settled_model.hpp"

#include "base/float_env.hpp"

namespace nam_core::detail::engine {

namespace {

// What `build` makes, and how many bytes of buffers it holds.
template <class Build>
auto weigh(std::int64_t& bytes, Build build) {
  const std::ptrdiff_t before = base::bytes_held;
  auto built = build();
  bytes = base::bytes_held - before;
  return built;
}

}  // namespace

template <class T>
SettledModel<T>::SettledModel(const ModelDescription& model, std::string_view isa)
    : kernel_set_(kernels::choose_kernel_set(isa)), model_(weigh(memory_bytes_, [&] {
        const base::FlushToZero flush_to_zero;
        auto made = make_model<T>(kernels(), model);
        made->reset(kernels());
        return made;
      })) {}

template <class T>
Voice<T> SettledModel<T>::voice(double gain, std::int64_t fade_frames) const {
  std::int64_t bytes;
  auto model = weigh(bytes, [this] { return model_->clone(); });
  return {std::move(model), static_cast<T>(gain), fade_frames, bytes};
}

template class SettledModel<float>;
template class SettledModel<double>;

}  // namespace nam_core::detail::engine
