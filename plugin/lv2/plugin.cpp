#include "lv2/plugin.hpp"

#include <lv2/atom/util.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace nam_core::lv2 {

namespace {

// Jobs for the worker: one byte, followed by the path of a file for load_*.
enum class Work : char { load_amp, load_cabinet, unload_amp, unload_cabinet, tend, tell };
constexpr std::size_t kLongestPath = 3000;  // bytes; fits into the queues of hosts

constexpr double kTendSeconds = 0.02;

}  // namespace

void Plugin::connect(std::uint32_t port, void* data) noexcept {
  if (port == kControlPort)
    control_ = static_cast<const LV2_Atom_Sequence*>(data);
  else if (port == kNotifyPort)
    notify_ = static_cast<LV2_Atom_Sequence*>(data);
  else if (port < kLatencyPort)
    parameters_[port - kFirstParameter] = static_cast<const float*>(data);
  else if (port < kFirstAudio)
    reports_[port - kLatencyPort] = static_cast<float*>(data);
  else if (port - kFirstAudio < audio_.size())
    audio_[port - kFirstAudio] = static_cast<float*>(data);
}

void Plugin::run(std::uint32_t frames) noexcept {
  read_messages();
  read_parameters();
  player.process(audio_.data(), audio_.data() + player.channels(), frames);
  want_tending(frames);
  write_messages();
  const float reports[] = {static_cast<float>(player.latency()), player.take_input_peak(),
                           player.take_output_peak()};
  for (std::size_t i = 0; i < reports_.size(); ++i)
    if (reports_[i]) *reports_[i] = reports[i];
}

void Plugin::read_messages() noexcept {
  if (report_wanted_.exchange(false, std::memory_order_acquire)) {
    const auto message = static_cast<char>(Work::tell);
    schedule_.schedule_work(schedule_.handle, 1, &message);
  }
  if (!control_) return;
  LV2_ATOM_SEQUENCE_FOREACH(control_, event) {
    if (event->body.type != urids.atom_object) continue;
    const auto& object = reinterpret_cast<const LV2_Atom_Object&>(event->body);
    char message[kLongestPath + 1];
    if (object.body.otype == urids.patch_get) {
      request_report();
    } else if (const auto request = file_request(urids, object);
               request && request->path.size() <= kLongestPath) {
      const bool amp = request->slot == player::SlotName::amp;
      const Work load = amp ? Work::load_amp : Work::load_cabinet;
      message[0] = static_cast<char>(!request->path.empty() ? load
                                     : amp                  ? Work::unload_amp
                                                            : Work::unload_cabinet);
      std::memcpy(message + 1, request->path.data(), request->path.size());
      schedule_.schedule_work(schedule_.handle, static_cast<std::uint32_t>(1 + request->path.size()),
                              message);
    }
  }
}

void Plugin::read_parameters() noexcept {
  for (std::size_t i = 0; i < player::kParameters; ++i) {
    if (!parameters_[i]) continue;
    const auto parameter = static_cast<player::Parameter>(i);
    player.set(parameter, parameter == kEnabledParameter ? 1.0f - *parameters_[i] : *parameters_[i]);
  }
}

void Plugin::want_tending(std::uint32_t frames) noexcept {
  untended_ += frames;
  if (tending_ || untended_ < kTendSeconds * player.sample_rate() || !player.wants_tending()) return;
  untended_ = 0;
  const auto message = static_cast<char>(Work::tend);
  tending_ = true;
  if (schedule_.schedule_work(schedule_.handle, 1, &message) != LV2_WORKER_SUCCESS) tending_ = false;
}

LV2_Worker_Status Plugin::work(LV2_Worker_Respond_Function respond, LV2_Worker_Respond_Handle handle,
                               std::uint32_t size, const void* data) {
  if (size == 0) return LV2_WORKER_ERR_UNKNOWN;
  const std::string_view message(static_cast<const char*>(data), size);
  const std::string path(message.substr(1));
  switch (static_cast<Work>(message[0])) {
    case Work::load_amp:
      player.load(player::SlotName::amp, path);
      break;
    case Work::load_cabinet:
      player.load(player::SlotName::cabinet, path);
      break;
    case Work::unload_amp:
      player.unload(player::SlotName::amp);
      break;
    case Work::unload_cabinet:
      player.unload(player::SlotName::cabinet);
      break;
    case Work::tend:
      player.tend();
      return respond(handle, size, data);
    case Work::tell:
      break;
  }
  // The reply holds the state of each slot: path, zero byte, problem, zero byte.
  std::string answer(1, static_cast<char>(Work::tell));
  for (const auto slot : {player::SlotName::amp, player::SlotName::cabinet}) {
    const player::SlotInfo info = player.info(slot);
    answer += info.path.substr(0, kLongestPath / 4) + '\0' + info.problem.substr(0, kLongestPath / 4) + '\0';
  }
  return respond(handle, static_cast<std::uint32_t>(answer.size()), answer.data());
}

// Hosts call this after run(), when they may have read its messages already. So the next run() writes the
// messages.
LV2_Worker_Status Plugin::receive(std::uint32_t size, const void* data) noexcept {
  const std::string_view answer(static_cast<const char*>(data), size);
  if (answer.empty() || size > answer_.size()) return LV2_WORKER_ERR_UNKNOWN;
  if (static_cast<Work>(answer[0]) == Work::tend) {
    tending_ = false;
    return LV2_WORKER_SUCCESS;
  }
  std::copy(answer.begin(), answer.end(), answer_.begin());
  answered_ = size;
  return LV2_WORKER_SUCCESS;
}

void Plugin::write_messages() noexcept {
  if (!notify_) return;
  LV2_Atom_Forge_Frame sequence;
  lv2_atom_forge_set_buffer(&forge_, reinterpret_cast<std::uint8_t*>(notify_), notify_->atom.size);
  lv2_atom_forge_sequence_head(&forge_, &sequence, 0);
  if (answered_ > 0) {
    std::string_view answer(answer_.data() + 1, answered_ - 1);
    const auto next = [&answer] {
      const std::string_view text = answer.substr(0, answer.find('\0'));
      answer.remove_prefix(std::min(answer.size(), text.size() + 1));
      return text;
    };
    for (std::size_t slot = 0; slot < player::kSlots; ++slot) {
      const std::string_view path = next(), problem = next();
      tell(forge_, urids, slot, path, problem);
    }
    answered_ = 0;
  }
  lv2_atom_forge_pop(&forge_, &sequence);
}

}  // namespace nam_core::lv2
