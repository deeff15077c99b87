#include "engine/settled_model.hpp"

#include "base/float_env.hpp"

namespace nam_core::detail::engine {

template <class T>
std::int64_t SettledModel<T>::bytes(const base::Plan& plan) {
  return base::add_bytes(sizeof(SettledModel), base::add_bytes(plan.bytes.weights, plan.bytes.state));
}

template <class T>
SettledModel<T>::SettledModel(const ModelDescription& model, std::string_view isa,
                              std::shared_ptr<MemoryLimit> limit)
    : kernel_set_(kernels::choose_kernel_set(isa)), taken_(std::move(limit), 0) {
  const base::FlushToZero flush_to_zero;
  const ModelPlan plan = plan_model(model, base::unit_of(kernels()));
  const base::Plan steps = list_steps<T>(plan);
  bytes_ = steps.bytes;
  macs_ = steps.macs();
  taken_.resize(bytes(steps));
  model_ = make_model<T>(kernels(), plan);
  model_->reset(kernels());
}

template <class T>
Voice<T> SettledModel<T>::voice(double gain, std::int64_t fade_frames) const {
  return {model_->clone(), static_cast<T>(gain), fade_frames, bytes_.state};
}

template <class T>
Voice<T> SettledModel<T>::last_voice(double gain, std::int64_t fade_frames) noexcept {
  return {std::move(model_), static_cast<T>(gain), fade_frames, bytes_.state};
}

template class SettledModel<float>;
template class SettledModel<double>;

}  // namespace nam_core::detail::engine
