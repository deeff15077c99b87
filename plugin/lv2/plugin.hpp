// The player as an LV2 plug-in: ports, messages and the worker.
#pragma once

#include <lv2/atom/forge.h>
#include <lv2/worker/worker.h>

#include <array>
#include <atomic>
#include <cstdint>

#include "lv2/messages.hpp"

namespace nam_core::lv2 {

class Plugin {
 public:
  Plugin(double sample_rate, int channels, LV2_URID_Map& map, const LV2_Worker_Schedule& schedule)
      : urids(map), player(sample_rate, channels), schedule_(schedule) {
    lv2_atom_forge_init(&forge_, &map);
  }

  // Audio thread, real time.
  void connect(std::uint32_t port, void* data) noexcept;
  void run(std::uint32_t frames) noexcept;
  LV2_Worker_Status receive(std::uint32_t size, const void* data) noexcept;

  // Any thread, real time. After this call the plug-in sends the host the files and problems of its slots.
  void request_report() noexcept { report_wanted_.store(true, std::memory_order_release); }

  // Worker's thread. Allocates.
  LV2_Worker_Status work(LV2_Worker_Respond_Function respond, LV2_Worker_Respond_Handle handle,
                         std::uint32_t size, const void* data);

  const Urids urids;
  player::Player player;

 private:
  void read_messages() noexcept;
  void write_messages() noexcept;
  void read_parameters() noexcept;
  void want_tending(std::uint32_t frames) noexcept;

  const LV2_Worker_Schedule schedule_;
  LV2_Atom_Forge forge_;
  const LV2_Atom_Sequence* control_ = nullptr;
  LV2_Atom_Sequence* notify_ = nullptr;
  std::array<const float*, player::kParameters> parameters_{};
  std::array<float*, 3> reports_{};  // latency, input peak, output peak
  std::array<float*, 2 * player::kMostChannels> audio_{};
  std::array<char, 4000> answer_{};  // the worker's reply; the next run() sends it
  std::uint32_t answered_ = 0;       // bytes in answer_
  std::atomic<bool> report_wanted_{false};
  std::uint32_t untended_ = 0;  // frames since the worker was last asked to tend
  bool tending_ = false;        // the worker was asked to tend and has not replied yet
};

}  // namespace nam_core::lv2
