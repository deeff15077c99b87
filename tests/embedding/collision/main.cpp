// One program with two engines: ours, and one whose classes have the names of NeuralAmpModelerCore. Raw
// float32 samples of one channel go from standard input to standard output through ours; exit status 0: the
// other one is right too.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

#include <nam_core/nam_core.hpp>

#include "other_engine.hpp"
#include "overdrive_nano.hpp"

namespace {

bool other_engine_is_right() {
  nam::wavenet::WaveNet wavenet;
  nam::lstm::LSTM lstm;
  nam::convnet::ConvNet convnet;
  nam::linear::Linear linear;
  const std::vector<nam::DSP*> all = {&wavenet, &lstm, &convnet, &linear};
  const int expected[] = {21, 8, 9, -7};
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i]->process(7) != expected[i]) return false;
  for (int size = 1; size < 40; ++size) {
    const Eigen::MatrixXf matrix = nam::product(size);
    if (reinterpret_cast<std::uintptr_t>(matrix.data()) % EIGEN_MAX_ALIGN_BYTES != 0) return false;
    if ((matrix.array() != static_cast<float>(size)).any()) return false;
  }
  return true;
}

}  // namespace

int main() {
  if (!other_engine_is_right()) return 1;
  const auto model = std::make_unique<nam_core::Model>(nam_core::model_overdrive_nano::description);
  std::vector<float> block(64);
  while (const std::size_t frames = std::fread(block.data(), sizeof(float), block.size(), stdin)) {
    model->process(block.data(), block.data(), static_cast<std::ptrdiff_t>(frames));
    std::fwrite(block.data(), sizeof(float), frames, stdout);
    if (!other_engine_is_right()) return 1;
  }
  return 0;
}
