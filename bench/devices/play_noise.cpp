// Plays BLOCKS blocks of 64 frames of noise through the model NAME: `play_noise NAME BLOCKS`. Prints the
// bytes of the model's weights and state.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <nam_core/nam_core.hpp>

#include "models.hpp"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  for (const NamedModel& named : models()) {
    if (named.name != argv[1]) continue;
    nam_core::Model model(named.sizes.back());
    unsigned noise = 1;
    float block[64];
    for (int left = std::atoi(argv[2]); left > 0; --left) {
      for (float& sample : block) {
        noise = noise * 1664525u + 1013904223u;
        sample = static_cast<float>(static_cast<int>(noise)) / 2147483648.0f;
      }
      model.process(block, block, 64);
    }
    std::printf("%lld\n", static_cast<long long>(model.memory_bytes()));
    return 0;
  }
  return 2;
}
