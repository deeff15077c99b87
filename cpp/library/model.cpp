#include <algorithm>
#include <stdexcept>

#include "engine/engine.hpp"
#include "nam_core/nam_core.hpp"

namespace nam_core {

namespace {

using Settled = detail::engine::SettledModel<float>;

// Input frames that a new size must hear before its bits are exact: bit_memory - 1, and grid - 1 for where it
// can begin; half a second for an LSTM.
std::int64_t warm_frames(const ModelDescription& model, const char* isa) {
  const Settled settled(model, isa);
  const double rate = model.sample_rate > 0 ? model.sample_rate : 48000.0;
  return std::max<std::int64_t>({1, std::int64_t{settled.bit_memory()} - 1 + settled.grid() - 1,
                                 settled.settles() ? 0 : static_cast<std::int64_t>(0.5 * rate)});
}

Reach reach_of(const Settled& settled) {
  return {settled.receptive_field(), settled.bit_memory(), settled.grid()};
}

const ModelDescription& at(std::span<const ModelDescription> sizes, std::size_t size) {
  if (size >= sizes.size())
    throw std::out_of_range("size " + std::to_string(size) + " of a model that has " +
                            std::to_string(sizes.size()));
  return sizes[size];
}

}  // namespace

struct Model::Engine : detail::engine::Engine<float> {
  using detail::engine::Engine<float>::Engine;
};

Model::Model(const ModelDescription& model, const char* isa) : Model({&model, 1}, 0, isa) {}

Model::Model(std::span<const ModelDescription> sizes, std::size_t size, const char* isa)
    : sizes_(sizes), size_(size), sample_rate_(at(sizes, size).sample_rate) {
  std::int64_t warm = 0;
  if (sizes.size() > 1)
    for (const ModelDescription& one : sizes) warm = std::max(warm, warm_frames(one, isa));
  const std::ptrdiff_t before = detail::base::bytes_held;
  {
    const Settled settled(sizes[size], isa);
    reach_ = reach_of(settled);
    engine_ = std::make_unique<Engine>(settled, 1.0, warm);
  }
  memory_bytes_ = detail::base::bytes_held - before;
}

Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;
Model::~Model() = default;

void Model::process(const float* in, std::ptrdiff_t in_stride, float* out, std::ptrdiff_t out_stride,
                    std::ptrdiff_t frames) {
  engine_->process({in, in_stride}, {out, out_stride}, frames);
}

void Model::reset() noexcept { engine_->reset(); }

void Model::set_size(std::size_t size, std::ptrdiff_t fade_frames) {
  if (size == size_) return;
  const Settled settled(at(sizes_, size), isa());
  engine_->switch_to(settled, 1.0, fade_frames);
  size_ = size;
  reach_ = reach_of(settled);
}

int Model::in_channels() const noexcept { return engine_->in_channels(); }
int Model::out_channels() const noexcept { return engine_->out_channels(); }
const char* Model::isa() const noexcept { return engine_->kernel_set().name; }

}  // namespace nam_core
