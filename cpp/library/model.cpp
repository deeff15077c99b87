#include <algorithm>
#include <stdexcept>

#include "engine/engine.hpp"
#include "nam_core/nam_core.hpp"

namespace nam_core {

namespace {

namespace base = detail::base;
namespace engine = detail::engine;
namespace kernels = detail::kernels;
using Settled = engine::SettledModel<float>;

Reach reach_of(const Settled& settled) {
  const base::Reach& reach = settled.reach();
  return {reach.receptive_field, reach.bit_memory, reach.grid};
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
  const base::VectorUnit unit = base::unit_of(*kernels::choose_kernel_set(isa).f32);
  std::int64_t warm = 0;
  if (sizes.size() > 1)
    for (const ModelDescription& one : sizes) {
      const engine::ModelPlan plan = engine::plan_model(one, unit);
      warm = std::max(
          warm, engine::warm_frames(plan.reach.bit_memory, plan.reach.grid, plan.settles, one.sample_rate));
    }
  const Settled settled(sizes[size], isa);
  reach_ = reach_of(settled);
  engine_ = std::make_unique<Engine>(settled, 1.0, warm);
  memory_bytes_ = settled.weight_bytes() + engine_->memory_bytes();
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
