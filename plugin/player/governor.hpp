// Chooses a size by the time that blocks take, as nam_core.Governor does in Python: a step down when they
// take too long, a step up when there has been room for a second.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace nam_core::player {

class Governor {
 public:
  // Audio thread, real time: the share of its duration that a block took.
  void note(float load) noexcept;

  // Control thread, one at a time.
  // Looks at what was noted since the last call: the size to change to, or none. `now` in seconds, of any
  // steady clock; `growth` is how many times the work of `present` the next larger size is.
  std::optional<std::size_t> step(double now, std::size_t present, std::size_t sizes, double growth);
  // Forgets what was noted: after a change of size the figures are those of two sizes.
  void forget() noexcept { seen_ = noted_.load(std::memory_order_acquire); }

 private:
  std::array<std::atomic<float>, 256> loads_{};  // a ring of the newest
  std::atomic<std::uint64_t> noted_{0};
  std::uint64_t seen_ = 0;
  std::optional<double> calm_since_;
};

}  // namespace nam_core::player
