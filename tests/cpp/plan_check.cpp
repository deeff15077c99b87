// Holds the kernel calls of plans against those that the engine makes, function by function, for every size
// of every model, in both precisions. Exit status 0: they are equal.
#include <array>
#include <cstdio>

#include "engine/engine.hpp"
#include "models.hpp"

namespace {

namespace base = nam_core::detail::base;
namespace engine = nam_core::detail::engine;
namespace kernels = nam_core::detail::kernels;
using base::Step;
using base::StepKind;

enum Function { kConv, kActivation, kLayer, kElementwise, kFilm, kLstm, kFunctions };
constexpr std::array<const char*, kFunctions> kNames = {"conv",        "activation", "layer",
                                                        "elementwise", "film",       "lstm"};
using Calls = std::array<int, kFunctions>;

Calls calls{};

template <class T>
const kernels::KernelTable<T>* real = nullptr;

// The real table, with functions that count.
template <class T>
struct Counting {
  static void conv(const kernels::ConvArgs<T>& args) { ++calls[kConv], real<T>->conv(args); }
  static void activation(const kernels::ActivationArgs<T>& args) {
    ++calls[kActivation], real<T>->activation(args);
  }
  static void layer(const kernels::LayerArgs<T>& args) { ++calls[kLayer], real<T>->layer(args); }
  static void add(const kernels::ElementwiseArgs<T>& args) { ++calls[kElementwise], real<T>->add(args); }
  static void multiply(const kernels::ElementwiseArgs<T>& args) {
    ++calls[kElementwise], real<T>->multiply(args);
  }
  static void blend(const kernels::ElementwiseArgs<T>& args) { ++calls[kElementwise], real<T>->blend(args); }
  static void film(const kernels::FilmArgs<T>& args) { ++calls[kFilm], real<T>->film(args); }
  static void lstm(const kernels::LstmArgs<T>& args) { ++calls[kLstm], real<T>->lstm(args); }

  static kernels::KernelTable<T> table(kernels::KernelTable<T> table) {
    table.conv = conv;
    table.activation = activation;
    if (table.layer) table.layer = layer;
    table.add = add;
    table.multiply = multiply;
    table.blend = blend;
    table.film = film;
    table.lstm = lstm;
    return table;
  }
};

// By what the steps say.
Calls planned(const std::vector<Step>& steps) {
  Calls found{};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    if (!step.calls_kernel()) continue;
    // A convolution with which the next step is done is a layer.
    const bool layer = i + 1 < steps.size() && steps[i + 1].joined;
    switch (step.kind) {
      case StepKind::conv:
        ++found[layer ? kLayer : kConv];
        break;
      case StepKind::activation:
        ++found[kActivation];
        break;
      case StepKind::elementwise:
        ++found[kElementwise];
        break;
      case StepKind::film:
        ++found[kFilm];
        break;
      case StepKind::lstm:
        ++found[kLstm];
        break;
      case StepKind::history:
      case StepKind::copy:
      case StepKind::transform:
      case StepKind::spectra:
        break;
    }
  }
  return found;
}

template <class T>
int check(const std::string& name, const nam_core::ModelDescription& description, const char* isa) {
  constexpr int kFrames = 64;
  const engine::SettledModel<T> settled(description, isa);
  engine::Engine<T> stream({&settled, 1.0, 0});
  std::vector<T> in(static_cast<std::size_t>(stream.in_channels() * kFrames));
  std::vector<T> out(static_cast<std::size_t>(stream.out_channels() * kFrames));
  real<T> = &settled.kernels();
  const auto counting = Counting<T>::table(settled.kernels());
  calls = {};
  stream.process(typename engine::Engine<T>::Use(stream), counting, {in.data(), kFrames},
                 {out.data(), kFrames}, kFrames);

  const auto parts = engine::plan_model(description, base::unit_of(settled.kernels()));
  const Calls stated = planned(engine::list_steps<T>(parts).steps);
  int faults = 0;
  for (int function = 0; function < kFunctions; ++function) {
    if (stated[function] == calls[function]) continue;
    std::printf("%s, %s: %s: %d calls planned, %d made\n", name.c_str(), isa, kNames[function],
                stated[function], calls[function]);
    ++faults;
  }
  return faults;
}

}  // namespace

int main() {
  int faults = 0, models_checked = 0;
  for (const auto& set : kernels::kernel_sets()) {
    if (!set.supported) continue;
    for (const NamedModel& model : models())
      for (const auto& size : model.sizes) {
        faults += check<float>(model.name, size, set.name);
        faults += check<double>(model.name, size, set.name);
        models_checked += 2;
      }
  }
  std::printf("%d models: %d differ\n", models_checked, faults);
  return faults > 0 || models_checked == 0;
}
