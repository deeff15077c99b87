// Plays noise through a model with NeuralAmpModelerCore, and prints the least time per sample in ns:
// peer_host MODEL.nam ROUNDS. Compiled by bench/peers.py against a clone of the core.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "NAM/dsp.h"
#include "NAM/get_dsp.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  constexpr int kBlock = 64, kFrames = 4096;
  const std::unique_ptr<nam::DSP> model = nam::get_dsp(std::filesystem::path(argv[1]));
  model->Reset(48000.0, kBlock);
  std::vector<NAM_SAMPLE> in(kFrames), out(kBlock);
  std::uint32_t state = 1;
  for (NAM_SAMPLE& sample : in) {
    state = state * 1664525u + 1013904223u;
    sample = static_cast<NAM_SAMPLE>(static_cast<std::int32_t>(state) / 2147483648.0 * 0.1);
  }
  double least = 1e30;
  for (int round = 0; round < std::atoi(argv[2]); ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int t = 0; t < kFrames; t += kBlock) {
      NAM_SAMPLE* from = in.data() + t;
      NAM_SAMPLE* to = out.data();
      model->process(&from, &to, kBlock);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    least = std::min(least, took.count());
  }
  std::printf("%.1f\n", least / kFrames * 1e9);
}
