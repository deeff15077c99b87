// Compares the engine in float64, on every kernel set of this processor, with the oracle on all models and
// sizes. Exit status 0: no sample differs by more than 1e-12.
#include <cstdio>
#include <random>

#include "dispatch/registry.hpp"
#include "engine/engine.hpp"
#include "models.hpp"
#include "oracle/oracle.hpp"

namespace {

namespace engine = nam_core::detail::engine;
using RowMajor = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double kTolerance = 1e-12;
constexpr int kFrames = 1500;
constexpr int kBlocks[] = {1, 7, 64, 128, 300, 1000};

// Noise at full scale, then silence, and noise at the level of a quiet room.
RowMajor test_signal(int channels) {
  std::mt19937 random(1);
  RowMajor x(channels, kFrames);
  for (int t = 0; t < kFrames; ++t)
    for (int i = 0; i < channels; ++i) {
      const double level = t < 900 ? 1.0 : t < 1100 ? 0.0 : 1e-4;
      x(i, t) = level * (static_cast<double>(random()) / 2147483648.0 - 1.0);
    }
  return x;
}

engine::Engine<double> make_engine(const nam_core::ModelDescription& model, const char* isa) {
  const engine::SettledModel<double> settled(model, isa);
  return engine::Engine<double>({&settled, 1.0, 0});
}

RowMajor play(const nam_core::ModelDescription& model, const char* isa, const RowMajor& x) {
  engine::Engine<double> played = make_engine(model, isa);
  RowMajor y(played.out_channels(), kFrames);
  int block = 0;
  for (int at = 0; at < kFrames;) {
    const int frames = std::min(kBlocks[block++ % 6], kFrames - at);
    played.process({x.data() + at, kFrames}, {y.data() + at, kFrames}, frames);
    at += frames;
  }
  return y;
}

}  // namespace

int main() {
  int failures = 0, compared = 0;
  double worst = 0;
  for (const NamedModel& model : models())
    for (std::size_t size = 0; size < model.sizes.size(); ++size) {
      const nam_core::ModelDescription& description = model.sizes[size];
      const RowMajor x = test_signal(make_engine(description, "").in_channels());
      const oracle::Signal expected = oracle::run(description, x);
      for (const auto& set : nam_core::detail::kernels::kernel_sets()) {
        if (!set.supported) continue;
        const RowMajor y = play(description, set.name, x);
        const double error = (y - expected).abs().maxCoeff();
        worst = std::max(worst, error);
        ++compared;
        if (error <= kTolerance) continue;  // false for a NaN
        std::printf("%s, size %zu, %s: differs by %.2e\n", model.name.c_str(), size, set.name, error);
        ++failures;
      }
    }
  std::printf("oracle: %d comparisons, the largest difference %.2e, %d failures\n", compared, worst,
              failures);
  return compared == 0 || failures != 0;
}
