// Measurements of an engine's speed, for Python.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "bindings/audio.hpp"
#include "bindings/playing.hpp"
#include "measuring/clock.hpp"
#include "measuring/profile.hpp"

namespace nam_core::detail::bindings {

// The audio, if `process` could read it without a conversion. Throws ValueError.
template <class T>
Audio<T> audio_to_time(const engine::Engine<T>& engine, const py::array_t<T>& audio, std::ptrdiff_t block) {
  const Audio<T> in(audio, engine.in_channels(), false);
  if (!in.data) throw py::value_error("audio must have " + layout_of(engine.in_channels()));
  if (block < 1) throw py::value_error("block must be at least 1 frame; found " + std::to_string(block));
  return in;
}

// Audio cut into whole blocks. Frames after the last whole block are left out.
template <class T>
struct Blocks {
  Audio<T> in;
  std::ptrdiff_t block, count;
  std::vector<T> out;  // of one block, overwritten by the next

  Blocks(const engine::Engine<T>& engine, const py::array_t<T>& audio, std::ptrdiff_t block_frames)
      : in(audio_to_time(engine, audio, block_frames)), block(block_frames) {
    count = in.frames / block;
    out.resize(static_cast<std::size_t>(engine.out_channels() * block));
  }
  void process(engine::Engine<T>& engine, const Playing<T>& playing, std::ptrdiff_t i) {
    engine.process(playing.use(), {in.data + i * block, in.stride}, {out.data(), block}, block);
  }
};

// Seconds of each block. The clock is read once per block, which is part of the block's time (25 ns on
// Emerald Rapids).
template <class T>
py::array_t<double> time_blocks(py::handle self, const py::array_t<T>& audio, std::ptrdiff_t block) {
  auto& engine = self.cast<engine::Engine<T>&>();
  Blocks<T> blocks(engine, audio, block);
  py::array_t<double> seconds(blocks.count);
  double* result = seconds.mutable_data();
  Signals signals(blocks.in.frames);
  {
    Playing<T> playing(self, engine);
    signals.watch_in(playing.released());
    auto before = measuring::Clock::now();
    for (std::ptrdiff_t i = 0; i < blocks.count; ++i) {
      blocks.process(engine, playing, i);
      const auto now = measuring::Clock::now();
      result[i] = std::chrono::duration<double>(now - before).count();
      before = now;
      if (!signals.is_due(now)) continue;
      if (signals.ask()) break;
      before = measuring::Clock::now();
    }
  }
  signals.raise_if_interrupted();
  return seconds;
}

// Seconds of all blocks together.
template <class T>
double time_run(py::handle self, const py::array_t<T>& audio, std::ptrdiff_t block) {
  auto& engine = self.cast<engine::Engine<T>&>();
  Blocks<T> blocks(engine, audio, block);
  const Playing<T> playing(self, engine);
  return measuring::seconds_of([&] {
    for (std::ptrdiff_t i = 0; i < blocks.count; ++i) blocks.process(engine, playing, i);
  });
}

// Seconds of a run without clocks, then seconds and calls of each part, "overhead" included.
template <class T>
py::tuple profile(py::handle self, const py::array_t<T>& audio, std::ptrdiff_t block) {
  auto& engine = self.cast<engine::Engine<T>&>();
  const Audio<T> in = audio_to_time(engine, audio, block);
  if (in.frames < block)
    throw py::value_error("audio must have at least one block of " + std::to_string(block) +
                          " frames; found " + std::to_string(in.frames) + " frames");
  measuring::Profile found;
  {
    const Playing<T> playing(self, engine);
    found = measuring::profile<T>(engine, playing.use(), {in.data, in.stride}, in.frames, block);
  }
  py::dict parts;
  for (const measuring::PartTime& part : found.parts)
    parts[part.name] = py::make_tuple(part.seconds, part.calls);
  return py::make_tuple(found.seconds, parts);
}

// Multiply-adds per second of this kernel set at the processor's limit, from `rounds` rounds of
// KernelTable::saturate.
template <class T>
double fma_limit(const engine::Engine<T>& engine, std::int64_t rounds) {
  const Released released;
  const auto& table = engine.kernel_set().template table<T>();
  T kept;
  const double seconds = measuring::seconds_of([&] { table.saturate(rounds, &kept); });
  return static_cast<double>(rounds) * kernels::kSaturatingMacs * table.lanes / seconds;
}

}  // namespace nam_core::detail::bindings
