// Plays every size of every model by the library that hosts get. Raw float32 samples of one channel come from
// standard input; what each size makes of them goes to standard output, one after the other, planar. Of
// several inputs each gets the samples rotated 331 frames further than the one before.
//
// It also sees that reset() and set_size() give the same bits, and that wrong use is refused. Exit status 0:
// all is well.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <span>
#include <stdexcept>

#include <nam_core/nam_core.hpp>

#include "models.hpp"

namespace {

using Samples = std::vector<float>;

Samples read_input() {
  Samples all(1 << 20);
  all.resize(std::fread(all.data(), sizeof(float), all.size(), stdin));
  return all;
}

// What a model's inputs get, planar.
Samples inputs_of(const nam_core::Model& model, const Samples& samples) {
  Samples in;
  for (int channel = 0; channel < model.in_channels(); ++channel) {
    Samples row = samples;
    std::rotate(row.rbegin(), row.rbegin() + 331 * channel, row.rend());
    in.insert(in.end(), row.begin(), row.end());
  }
  return in;
}

// The whole signal through the model, in blocks of changing lengths.
Samples play(nam_core::Model& model, const Samples& samples) {
  constexpr std::ptrdiff_t kBlocks[] = {64, 1, 300, 17};
  const auto frames = static_cast<std::ptrdiff_t>(samples.size());
  const Samples in = inputs_of(model, samples);
  Samples out(samples.size() * static_cast<std::size_t>(model.out_channels()));
  std::ptrdiff_t number = 0;
  for (std::ptrdiff_t t = 0; t < frames; ++number) {
    const std::ptrdiff_t count = std::min(kBlocks[number % 4], frames - t);
    model.process(in.data() + t, frames, out.data() + t, frames, count);
    t += count;
  }
  return out;
}

bool same(const Samples& a, const Samples& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

template <class Error, class Call>
bool throws(Call call) {
  try {
    call();
  } catch (const Error&) {
    return true;
  }
  return false;
}

bool refuses_wrong_use(const NamedModel& model) {
  // One weight less; a Sequential, which has none, gets one.
  static constexpr float kStray[] = {0.0f};
  nam_core::ModelDescription wrong_weights = model.sizes[0];
  const std::span<const float> weights = wrong_weights.weights;
  wrong_weights.weights = weights.empty() ? std::span(kStray) : weights.first(weights.size() - 1);
  return throws<std::invalid_argument>([&] { nam_core::Model refused(wrong_weights); }) &&
         throws<std::runtime_error>([&] { nam_core::Model refused(model.sizes[0], "none"); }) &&
         throws<std::out_of_range>([&] { nam_core::Model refused(model.sizes, model.sizes.size()); }) &&
         throws<std::out_of_range>([&] { nam_core::Model(model.sizes[0]).set_size(1, 0); });
}

}  // namespace

int main() {
  const Samples in = read_input();
  int faults = 0;
  const auto expect = [&](bool holds, const NamedModel& model, const char* what) {
    if (!holds) std::fprintf(stderr, "%s: %s\n", model.name.c_str(), what);
    faults += !holds;
  };
  for (const NamedModel& named : models()) {
    const std::size_t last = named.sizes.size() - 1;
    for (std::size_t size = 0; size <= last; ++size) {
      nam_core::Model model(named.sizes[size]);
      const Samples out = play(model, in);
      std::fwrite(out.data(), sizeof(float), out.size(), stdout);
      expect(model.memory_bytes() > 0 && model.in_channels() > 0, named, "strange properties");
      model.reset();
      expect(same(play(model, in), out), named, "another result after reset");
      nam_core::Model switched(named.sizes, last - size);
      switched.set_size(size, 0);
      expect(same(play(switched, in), out), named, "another result after set_size");
    }
    expect(refuses_wrong_use(named), named, "wrong use is not refused");
  }
  return faults > 0;
}
