#include <algorithm>
#include <optional>
#include <string>

#include "base/errors.hpp"
#include "base/grouped.hpp"
#include "engine/check.hpp"
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

std::string no_size(std::span<const ModelDescription> sizes, std::size_t size) {
  return "size must be less than " + std::to_string(sizes.size()) + ", the number of sizes; found " +
         std::to_string(size);
}

const ModelDescription& at(std::span<const ModelDescription> sizes, std::size_t size) {
  if (size >= sizes.size()) detail::raise<std::out_of_range>(no_size(sizes, size));
  return sizes[size];
}

// Past input frames that a change of size reads; 0 for a single size.
std::int64_t warm_frames(std::span<const ModelDescription> sizes, base::VectorUnit unit) {
  std::int64_t warm = 0;
  if (sizes.size() > 1)
    for (const ModelDescription& one : sizes) {
      const base::Reach reach = engine::plan_model(one, unit).reach;
      warm = std::max(warm, engine::warm_frames(reach, one.sample_rate));
    }
  return warm;
}

// The error for a size that would take more than `max_bytes`.
std::optional<Error> check_memory(const ModelDescription& model, base::VectorUnit unit, std::int64_t warm,
                                  std::int64_t max_bytes) {
  const base::Plan plan = engine::list_steps<float>(engine::plan_checked(model, unit));
  const engine::PartSize part{plan.in_channels, plan.out_channels, plan.bytes.state, warm};
  const std::int64_t needed =
      base::add_bytes(Settled::bytes(plan), engine::Engine<float>::bytes({&part, 1}, false));
  if (needed <= max_bytes) return std::nullopt;
  const auto takes = [](const base::Step& step) {
    return base::add_bytes(step.bytes.weights, step.bytes.state);
  };
  const base::Step& largest =
      *std::max_element(plan.steps.begin(), plan.steps.end(),
                        [&](const base::Step& a, const base::Step& b) { return takes(a) < takes(b); });
  std::string location = "config";
  if (largest.stage > 0)
    location += ".models";
  else
    for (int depth = 0; depth < largest.depth; ++depth) location += ".condition_dsp.config";
  if (largest.array >= 0 && largest.stage == 0) location += ".layers[" + std::to_string(largest.array) + "]";
  const std::string layer = largest.layer >= 0 ? " of layer " + std::to_string(largest.layer) : "";
  return Error{Error::Kind::config,
               "playing this model would take " + base::grouped(needed) + " bytes (" + largest.name + layer +
                   " alone " + base::grouped(takes(largest)) + "); the limit is " + base::grouped(max_bytes) +
                   " bytes",
               location};
}

}  // namespace

struct Model::Engine : detail::engine::Engine<float> {
  using detail::engine::Engine<float>::Engine;
};

Model::Model(const ModelDescription& model, const char* isa) : Model({&model, 1}, 0, isa) {}

Model::Model(std::span<const ModelDescription> sizes, std::size_t size, const char* isa)
    : sizes_(sizes), size_(size), sample_rate_(at(sizes, size).sample_rate) {
  const base::VectorUnit unit = base::unit_of(*kernels::choose_kernel_set(isa).f32);
  Settled settled(sizes[size], isa);
  reach_ = reach_of(settled);
  macs_ = settled.macs();
  engine_ = std::make_unique<Engine>(engine::Part<float>{&settled, 1.0, warm_frames(sizes, unit), &settled});
  memory_bytes_ = settled.weight_bytes() + engine_->memory_bytes();
}

Result<Model> Model::make(std::span<const ModelDescription> sizes, std::size_t size, std::int64_t max_bytes,
                          const char* isa) {
  const kernels::KernelSet* set = kernels::find_kernel_set(isa);
  if (!set) return Error{Error::Kind::isa, kernels::no_kernel_set(isa)};
  if (size >= sizes.size()) return Error{Error::Kind::config, no_size(sizes, size)};
  for (const ModelDescription& one : sizes)
    if (auto error = engine::check_model(one)) {
      error->location = error->kind == Error::Kind::weights ? "weights" : "config";
      return *std::move(error);
    }
  const base::VectorUnit unit = base::unit_of(*set->f32);
  if (auto error = check_memory(sizes[size], unit, warm_frames(sizes, unit), max_bytes))
    return *std::move(error);
  return Model(sizes, size, isa);
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
  const ModelDescription& model = at(sizes_, size);
  engine_->free_retired();  // so that the new size can have its memory
  Settled settled(model, isa());
  const Reach reach = reach_of(settled);
  const std::int64_t macs = settled.macs();
  engine_->switch_to(0, std::move(settled), 1.0, fade_frames);
  size_ = size;
  reach_ = reach;
  macs_ = macs;
}

int Model::in_channels() const noexcept { return engine_->in_channels(); }
int Model::out_channels() const noexcept { return engine_->out_channels(); }
const char* Model::isa() const noexcept { return engine_->kernel_set().name; }

}  // namespace nam_core
