// Chooses a size by the time that blocks take, as nam_core.Governor does in Python: one size down when they
// take too long, one size up when they have left room for a second.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace nam_core::player {

class Governor {
 public:
  // Audio thread, real time: records the share of its duration that a block took.
  void note(float load) noexcept;

  // Control thread, one call at a time.
  // Reads the shares recorded since the last call. Returns the size to change to, if any. `now`: seconds of
  // any steady clock. `growth`: how many times the work of `present` the next larger size takes.
  std::optional<std::size_t> step(double now, std::size_t present, std::size_t sizes, double growth);
  // Ignores what was recorded so far. Call it after a change of size: during the fade two sizes have run.
  void forget() noexcept { seen_ = noted_.load(std::memory_order_acquire); }

 private:
  std::array<std::atomic<float>, 256> loads_{};  // ring of the newest shares
  std::atomic<std::uint64_t> noted_{0};
  std::uint64_t seen_ = 0;
  std::optional<double> calm_since_;
};

}  // namespace nam_core::player
