// A host without Python: plays the model that is compiled in. Raw float32 samples, mono, go from standard
// input to standard output:
//
//     sox dry.wav -t f32 - | embedded_host | sox -t f32 -r 48000 -c 1 - wet.wav
#include <array>
#include <cstdio>

#include <nam_core/nam_core.hpp>

#include "overdrive_nano.hpp"  // nam-core export-c examples/overdrive_nano.nam -o overdrive_nano.hpp

int main() {
  nam_core::Model model(nam_core::model_overdrive_nano::description);
  std::fprintf(stderr, "%s, %g Hz, receptive field %d frames, %lld bytes of weights and state\n", model.isa(),
               model.sample_rate(), model.receptive_field(), static_cast<long long>(model.memory_bytes()));

  // What an audio callback would do, with its driver's block in place of this one.
  std::array<float, 64> block;
  while (const std::size_t frames = std::fread(block.data(), sizeof(float), block.size(), stdin)) {
    model.process(block.data(), block.data(), static_cast<std::ptrdiff_t>(frames));
    if (std::fwrite(block.data(), sizeof(float), frames, stdout) != frames) return 1;
  }
  return 0;
}
