// What an engine can tell about its own speed, for Python.
#pragma once

#include <chrono>
#include <vector>

#include "bindings/audio.hpp"
#include "engine/profile.hpp"

namespace nam::bindings {

// Seconds for each run of `block` frames of the audio, output dropped. One clock reading per block.
template <class T>
py::array_t<double> time_blocks(engine::Engine<T>& engine, const py::array_t<T>& audio,
                                std::ptrdiff_t block) {
  const Audio<T> in(audio, engine.in_channels(), false);
  if (!in.data || block < 1) throw py::value_error("time_blocks needs an array that process takes as it is");
  const std::ptrdiff_t blocks = in.frames / block;
  py::array_t<double> seconds(blocks);
  double* result = seconds.mutable_data();
  const py::gil_scoped_release released;
  std::vector<T> out(static_cast<std::size_t>(engine.out_channels() * block));
  auto before = std::chrono::steady_clock::now();
  for (std::ptrdiff_t i = 0; i < blocks; ++i) {
    engine.process({in.data + i * block, in.stride}, {out.data(), block}, block);
    const auto now = std::chrono::steady_clock::now();
    result[i] = std::chrono::duration<double>(now - before).count();
    before = now;
  }
  return seconds;
}

// Seconds of the run without timing inside, and seconds and calls by part, "overhead" included.
template <class T>
py::tuple profile(engine::Engine<T>& engine, const py::array_t<T>& audio, std::ptrdiff_t block) {
  const Audio<T> in(audio, engine.in_channels(), false);
  if (!in.data || block < 1 || in.frames < block)
    throw py::value_error("profile needs an array that process takes as it is, of at least one block");
  engine::Profile found;
  {
    const py::gil_scoped_release released;
    found = engine::profile<T>(engine, {in.data, in.stride}, in.frames, block);
  }
  py::dict parts;
  for (const engine::PartTime& part : found.parts)
    parts[part.name] = py::make_tuple(part.seconds, part.calls);
  return py::make_tuple(found.seconds, parts);
}

// Multiply-adds per second of this kernel set at its limit: `rounds` rounds of the saturating loop.
template <class T>
double fma_limit(const engine::Engine<T>& engine, std::int64_t rounds) {
  const py::gil_scoped_release released;
  const auto& table = engine.kernel_set().template table<T>();
  const auto before = std::chrono::steady_clock::now();
  [[maybe_unused]] volatile T kept = table.saturate(rounds);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - before;
  return static_cast<double>(rounds) * kernels::kSaturatingMacs * table.lanes / seconds.count();
}

}  // namespace nam::bindings
