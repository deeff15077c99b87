// Holds the bytes that plans and memory_bytes state against those that are allocated, for every size of every
// model in both precisions: the settled model, a stream of it, a copy, and a stream whose size changes.
// Behind each piece of memory lies a guard, so a write past its end shows too. Exit status 0: all is as it
// should be.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>
#include <thread>

#include "engine/engine.hpp"
#include "models.hpp"
#include "nam_core/nam_core.hpp"

namespace {

std::atomic<std::int64_t> held = 0;  // bytes asked for and not given back
int overruns = 0;                    // pieces of memory that were written to past their end

// The size lies in front of the memory, where its alignment leaves room for it, and the guard behind it.
constexpr std::size_t kFront = 64;
constexpr std::size_t kGuard = 16;

// A byte of its own for each address: bytes that are copied from one guard to another show.
unsigned char guard_byte(const unsigned char* place) {
  return static_cast<unsigned char>((reinterpret_cast<std::uintptr_t>(place) * 0x9e3779b97f4a7c15u) >> 56);
}

void* take(std::size_t size, std::size_t) {
  void* memory = std::aligned_alloc(kFront, (size + kGuard + 2 * kFront - 1) / kFront * kFront);
  if (!memory) throw std::bad_alloc();
  *static_cast<std::size_t*>(memory) = size;
  held += static_cast<std::int64_t>(size);
  unsigned char* given = static_cast<unsigned char*>(memory) + kFront;
  for (unsigned char* place = given + size; place < given + size + kGuard; ++place)
    *place = guard_byte(place);
  return given;
}
void give_back(void* memory) noexcept {
  if (!memory) return;
  unsigned char* given = static_cast<unsigned char*>(memory);
  void* front = given - kFront;
  const std::size_t size = *static_cast<std::size_t*>(front);
  held -= static_cast<std::int64_t>(size);
  const unsigned char* place = given + size;
  while (place < given + size + kGuard && *place == guard_byte(place)) ++place;
  overruns += place < given + size + kGuard;
  std::free(front);
}

}  // namespace

#include "new_and_delete.hpp"

namespace {

namespace base = nam_core::detail::base;
namespace engine = nam_core::detail::engine;

int faults = 0;
int comparisons = 0;

void expect(const std::string& model, const char* what, std::int64_t stated, std::int64_t allocated) {
  ++comparisons;
  if (stated == allocated) return;
  ++faults;
  std::printf("%s: %s: %lld bytes stated, %lld allocated\n", model.c_str(), what,
              static_cast<long long>(stated), static_cast<long long>(allocated));
}

template <class T>
void check_size(const std::string& name, const nam_core::ModelDescription& description, std::int64_t warm) {
  const auto& kernels = nam_core::detail::kernels::choose_kernel_set("").template table<T>();
  const engine::ModelPlan parts = engine::plan_model(description, base::unit_of(kernels));
  const base::Plan plan = engine::list_steps<T>(parts);

  std::int64_t before = held;
  auto settled = std::make_unique<engine::SettledModel<T>>(description, "");
  expect(name, "plan of a settled model", engine::SettledModel<T>::bytes(plan), held - before);
  expect(name, "settled model", settled->memory_bytes(), held - before);

  before = held;
  auto stream = std::make_unique<engine::Engine<T>>(engine::Part<T>{settled.get(), 1.0, warm});
  const engine::PartSize planned{plan.in_channels, plan.out_channels, plan.bytes.state, warm};
  expect(name, "plan of a stream", engine::Engine<T>::bytes({&planned, 1}, false), held - before);
  expect(name, "stream", stream->memory_bytes(), held - before);

  before = held;
  const auto copy = stream->copy(stream->control());
  expect(name, "copy", copy->memory_bytes(), held - before);

  if (warm > 0) {
    engine::SettledModel<T> last(description, "");
    before = held;
    stream->switch_to(0, std::move(last), 1.0, 0);
    expect(name, "switch to a state that is handed over", sizeof(engine::Voice<T>), held - before);
  }

  // The streams keep the weights, and nothing else of it.
  const std::int64_t kept = settled->memory_bytes() - settled->weight_bytes();
  before = held;
  settled.reset();
  expect(name, "settled model given back", kept, before - held);
}

// A stream whose parts change their sizes: voices that wait, play, fade in, and are retired.
template <class T>
void check_switches(const NamedModel& model) {
  constexpr int kFrames = 300;
  const auto& kernels = nam_core::detail::kernels::choose_kernel_set("").template table<T>();
  std::vector<std::vector<engine::SettledModel<T>>> sizes;
  std::vector<base::Plan> plans;
  for (const auto& part : model.parts) {
    sizes.emplace_back().reserve(part.size());
    for (const auto& description : part) sizes.back().emplace_back(description, "");
    plans.push_back(engine::list_steps<T>(engine::plan_model(part.back(), base::unit_of(kernels))));
  }
  std::vector<engine::Part<T>> parts;
  std::vector<engine::PartSize> planned;
  std::vector<std::size_t> switchers;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::int64_t warm = sizes[i].size() > 1 ? model.receptive_field : 0;
    parts.push_back({&sizes[i].back(), 1.0, warm});
    planned.push_back({plans[i].in_channels, plans[i].out_channels, plans[i].bytes.state, warm});
    if (warm > 0) switchers.push_back(i);
  }
  std::vector<T> in(static_cast<std::size_t>(kFrames) * 4), out(in);

  const bool chained = model.is_chain();
  const std::int64_t before = held;
  const auto stream = std::make_unique<engine::Engine<T>>(std::span<const engine::Part<T>>(parts),
                                                          chained ? std::optional(-1) : std::nullopt, true);
  expect(model.name, "plan of a stream of parts", engine::Engine<T>::bytes(planned, chained), held - before);
  const auto expect_equal = [&](const char* when) {
    const std::int64_t stated = stream->memory_bytes();  // frees what is retired
    expect(model.name, when, stated, held - before);
  };
  for (int number = 0; number < 40; ++number) {
    for (std::size_t which = 0; which < switchers.size(); ++which) {
      const auto& all = sizes[switchers[which]];
      const std::size_t size = (static_cast<std::size_t>(number) + which) % all.size();
      if (number % 3 == 0) stream->switch_to(which, all[size], 1.0, number % 2 * 500);
      if (number % 8 == 0) stream->switch_to(which, all.front(), 1.0, 0);
    }
    expect_equal("asked to change its size");
    stream->process({in.data(), kFrames}, {out.data(), kFrames}, kFrames);
    expect_equal("changing its size");
  }
}

void check_public(const NamedModel& model) {
  const std::int64_t before = held;
  const nam_core::Model made({model.sizes.data(), model.sizes.size()}, 0);
  expect(model.name, "nam_core::Model", made.memory_bytes(), held - before);
}

// What nam_core::Model::make says that the model would take, with a comma after each three digits; 0 if it
// says nothing of the kind.
std::int64_t stated_by_refusal(const std::string& message) {
  const std::string before = "would take ";
  const std::size_t at = message.find(before);
  if (at == std::string::npos) return 0;
  const std::string number =
      message.substr(at + before.size(), message.find(" bytes", at) - at - before.size());
  std::int64_t value = 0;
  for (std::size_t i = 0; i < number.size(); ++i) {
    const bool is_comma = (number.size() - i) % 4 == 0;
    if ((number[i] == ',') != is_comma) return 0;
    if (!is_comma) value = 10 * value + (number[i] - '0');
  }
  return value;
}

// A limit of what the model takes is enough, and one byte less is not.
void check_limit(const NamedModel& model) {
  const std::span<const nam_core::ModelDescription> sizes(model.sizes);
  const auto refused = nam_core::Model::make(sizes, 0, 1);
  const std::int64_t needed = refused ? 0 : stated_by_refusal(refused.error().message);
  const bool is_right =
      needed > 0 && nam_core::Model::make(sizes, 0, needed) && !nam_core::Model::make(sizes, 0, needed - 1);
  expect(model.name, "the limit that suffices, 1 for yes", 1, is_right);
}

// No byte is lost where two threads take memory at the same time.
void check_threads_at_a_limit() {
  constexpr int kTimes = 2'000'000;
  engine::MemoryLimit limit(2 * kTimes);
  const auto take_all = [&] {
    for (int i = 0; i < kTimes; ++i) limit.take(1);
  };
  std::thread other(take_all);
  take_all();
  other.join();
  expect("two threads at a limit", "taken", 2 * kTimes, limit.used());
}

void check(const NamedModel& model) {
  for (const auto& description : model.sizes)
    for (const std::int64_t warm : {0, 1, 5000}) {
      check_size<float>(model.name, description, warm);
      check_size<double>(model.name, description, warm);
    }
  check_public(model);
  check_limit(model);
  if (model.sizes.size() == 1 && !model.is_chain()) return;
  check_switches<float>(model);
  check_switches<double>(model);
}

}  // namespace

int main() {
  for (const NamedModel& model : models()) check(model);
  check_threads_at_a_limit();
  std::printf("%d comparisons: %d differ; %d pieces of memory were written to past their end\n", comparisons,
              faults, overruns);
  return faults > 0 || overruns > 0 || comparisons == 0;
}
