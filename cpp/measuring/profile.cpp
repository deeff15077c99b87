#include "measuring/profile.hpp"

#include "base/plan.hpp"
#include "measuring/timed_kernels.hpp"

namespace nam_core::detail::measuring {

namespace {

using kernels::kParts;

// Plain and timed runs take turns, so that a disturbance hits both.
constexpr std::ptrdiff_t kBlocksPerTurn = 16;

}  // namespace

template <class T>
Profile profile(Engine<T>& engine, const typename Engine<T>::Use& use, ConstRows<T> in, std::ptrdiff_t frames,
                std::ptrdiff_t block) {
  const auto& plain = engine.kernel_set().template table<T>();
  TimedKernels<T> timed(plain);
  std::vector<T> out(static_cast<std::size_t>(engine.out_channels() * block));
  const std::ptrdiff_t blocks = frames / block;
  const auto run = [&](const kernels::KernelTable<T>& table, std::ptrdiff_t first, std::ptrdiff_t last) {
    return seconds_of([&] {
      for (std::ptrdiff_t i = first; i < last; ++i)
        engine.process(use, table, {in.data + i * block, in.stride}, {out.data(), block}, block);
    });
  };
  double plain_seconds = 0, timed_seconds = 0;
  for (std::ptrdiff_t first = 0; first < blocks; first += kBlocksPerTurn) {
    const std::ptrdiff_t last = std::min(blocks, first + kBlocksPerTurn);
    plain_seconds += run(plain, first, last);
    timed_seconds += run(timed.table(), first, last);
    timed.take_layers_apart(true);
    run(timed.table(), first, last);
    timed.take_layers_apart(false);
  }

  Profile result{plain_seconds, {}};
  const KernelTimes times = timed.times();
  double rest = timed_seconds - times.clock_seconds;
  for (int part = 0; part < kParts; ++part) {
    rest -= times.seconds[part];
    if (times.calls[part] > 0)
      result.parts.push_back(
          {base::name_of(static_cast<kernels::Part>(part)), times.seconds[part], times.calls[part]});
  }
  result.parts.push_back({"overhead", std::max(rest, 0.0), blocks});
  // Reading the clock prevents kernels from overlapping, so only the shares hold for a plain run.
  double sum = 0;
  for (const PartTime& part : result.parts) sum += part.seconds;
  for (PartTime& part : result.parts) part.seconds *= sum > 0 ? plain_seconds / sum : 0;
  return result;
}

template Profile profile(Engine<float>&, const Engine<float>::Use&, ConstRows<float>, std::ptrdiff_t,
                         std::ptrdiff_t);
template Profile profile(Engine<double>&, const Engine<double>::Use&, ConstRows<double>, std::ptrdiff_t,
                         std::ptrdiff_t);

}  // namespace nam_core::detail::measuring
