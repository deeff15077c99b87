// The player's functions for control threads: loading files, changing sizes, freeing memory.
#include <algorithm>
#include <new>

#include "player/clock.hpp"
#include "player/player.hpp"

namespace nam_core::player {

namespace {

// For this time after a change of size (seconds), the governor does not decide: blocks took the time of two
// sizes.
constexpr double kSettleSeconds = 0.2;

}  // namespace

std::optional<std::string> Player::load(SlotName name, const std::string& path) {
  Result<std::shared_ptr<const Capture>> capture = Capture::read(path);
  if (!capture) return note_problem(name, capture.error().message);
  const SavedFile file{(*capture)->path(), (*capture)->sha256()};
  Result<std::unique_ptr<Voice>> voice =
      Voice::make(*std::move(capture), sample_rate_, channels_, get(Parameter::quality));
  if (!voice) return note_problem(name, voice.error().message);
  hand_over(name, *std::move(voice), file);
  return std::nullopt;
}

void Player::unload(SlotName name) { hand_over(name, std::make_unique<Voice>(), {}); }

std::optional<std::string> Player::restore(SlotName name, const SavedFile& saved) {
  if (saved.path.empty()) {
    unload(name);
    return std::nullopt;
  }
  const std::string path = find_file(saved, model_folders());
  if (auto problem = load(name, path)) {
    // `saved` stays as it was, so that saving again loses nothing.
    hand_over(name, std::make_unique<Voice>(), saved);
    return note_problem(name, *std::move(problem));
  }
  if (saved.sha256.empty() || this->saved(name).sha256 == saved.sha256) return std::nullopt;
  return note_problem(name, path + ": the file has changed since the state was saved");
}

void Player::hand_over(SlotName name, std::unique_ptr<Voice> voice, const SavedFile& file) {
  const std::scoped_lock lock(control_);
  slots_[index(name)].put(std::move(voice));
  saved_[index(name)] = file;
  problems_[index(name)].clear();
  // The quality may have changed while the voice was made; -1 makes tend() look again.
  tended_quality_.store(-1.0f, std::memory_order_relaxed);
}

std::string Player::note_problem(SlotName name, std::string problem) {
  const std::scoped_lock lock(control_);
  return problems_[index(name)] = std::move(problem);
}

bool Player::wants_tending() const noexcept {
  return slots_[0].holds_retired() || slots_[1].holds_retired() || get(Parameter::size_by_load) > 0.5f ||
         tended_quality_.load(std::memory_order_relaxed) != get(Parameter::quality);
}

void Player::tend() {
  const std::scoped_lock lock(control_);
  const float quality = get(Parameter::quality);
  const bool governed = get(Parameter::size_by_load) > 0.5f;
  for (std::size_t i = 0; i < kSlots; ++i) {
    slots_[i].reclaim();
    Voice* voice = slots_[i].newest();
    if (!voice || voice->sizes() < 2) continue;
    std::size_t wanted = voice->size_at(quality);
    if (governed && i == index(SlotName::amp)) wanted = governed_size(*voice, wanted);
    try {
      if (wanted != voice->size()) voice->set_size(wanted);
    } catch (const std::bad_alloc&) {
      problems_[i] = "there is not enough memory for another size";
    }
  }
  // With size_by_load, -1 makes the next call decide again. When size_by_load is switched off, the quality
  // decides once more.
  tended_quality_.store(governed ? -1.0f : quality, std::memory_order_relaxed);
}

std::size_t Player::governed_size(const Voice& voice, std::size_t ceiling) {
  const std::size_t present = std::min(voice.size(), ceiling);
  const double now = seconds_now();
  if (now < settled_at_) {
    governor_.forget();
    return present;
  }
  const double growth = present < ceiling
                            ? static_cast<double>(voice.macs_of(present + 1)) /
                                  static_cast<double>(std::max<std::int64_t>(voice.macs_of(present), 1))
                            : 1.0;
  const std::optional<std::size_t> step = governor_.step(now, present, ceiling + 1, growth);
  if (step) settled_at_ = now + kSettleSeconds;
  return step.value_or(present);
}

SavedFile Player::saved(SlotName name) const {
  const std::scoped_lock lock(control_);
  return saved_[index(name)];
}

SlotInfo Player::info(SlotName name) const {
  const std::scoped_lock lock(control_);
  const Voice* voice = slots_[index(name)].newest();
  SlotInfo info;
  info.path = saved_[index(name)].path;
  info.problem = problems_[index(name)];
  if (!voice || !voice->capture()) return info;
  info.summary = voice->capture()->summary();
  info.size = voice->size();
  info.sizes = voice->sizes();
  info.loudness = loudness_of(*voice->capture(), info.size);
  const LevelSettings settings{static_cast<Levels>(get(Parameter::levels)), get(Parameter::interface_level)};
  if (info.problem.empty() && name == SlotName::amp)
    info.problem = level_problem(settings, *voice->capture(), info.size);
  return info;
}

}  // namespace nam_core::player
