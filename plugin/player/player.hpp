// An amplifier and a cabinet between an input and an output: all of a plug-in but its format.
//
//     nam_core::player::Player player(48000.0, 1);        // Hz, channels
//     auto words = player.load(SlotName::amp, path);      // control thread: what is wrong
//     player.set(Parameter::input, 6.0f);                 // any thread
//     player.process(in, out, frames);                    // audio thread
//     if (player.wants_tending()) player.tend();          // control thread
//
// With the gains at 0 dB and all else off, the output has the bits of nam_core, for blocks of any lengths.
#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "player/dry_line.hpp"
#include "player/finding.hpp"
#include "player/gate.hpp"
#include "player/governor.hpp"
#include "player/parameters.hpp"
#include "player/slot.hpp"

namespace nam_core::player {

// In the order of the signal. A cabinet may be any file too.
enum class SlotName { amp, cabinet };
inline constexpr std::size_t kSlots = 2;
// The names by which states keep what is loaded.
inline constexpr const char* kSlotSymbols[kSlots] = {"model", "cabinet"};

// What a window shows of a slot.
struct SlotInfo {
  std::string path;     // "": nothing is loaded
  std::string words;    // what the file says of itself
  std::string problem;  // what is wrong; "": nothing
  std::size_t size = 0, sizes = 0;
  std::optional<double> loudness;  // dB, where the file states it
};

class Player {
 public:
  // Sample rate in Hz, above 0; one channel, or two with a copy of everything for each. Allocates.
  Player(double sample_rate, int channels);

  double sample_rate() const noexcept { return sample_rate_; }
  int channels() const noexcept { return channels_; }

  // Any thread, real time.
  // Takes effect with the next call of process, gains and bypass within 10 ms. Values are brought into range.
  void set(Parameter parameter, float value) noexcept;
  float get(Parameter parameter) const noexcept;
  // Frames by which the output is late, and that sound after the input has ended. They follow the models.
  int latency() const noexcept;
  int tail() const noexcept;
  // The highest sample since the last call, of all channels.
  float take_input_peak() noexcept { return input_peak_.exchange(0.0f, std::memory_order_relaxed); }
  float take_output_peak() noexcept { return output_peak_.exchange(0.0f, std::memory_order_relaxed); }
  // Whether process reads the clock, for `load`. It does so anyway while sizes are chosen by load.
  void measure(bool wanted) noexcept { measuring_.store(wanted, std::memory_order_relaxed); }
  // The share of its duration that a block took lately; 0 while nothing is measured.
  float load_share() const noexcept { return load_.load(std::memory_order_relaxed); }
  // Whether a call of tend has something to do.
  bool wants_tending() const noexcept;

  // Audio thread, real time: neither allocates, locks nor calls the system. (Where it is measured, it reads
  // the steady clock. On Linux that is no system call where the processor's own counter is the clock.) One
  // pointer for each channel; rows of `out` may be rows of `in`. Samples that are no numbers, or beyond 120
  // dB above full scale, count as 0.
  void process(const float* const* in, float* const* out, std::ptrdiff_t frames) noexcept;
  // Back to the start, with the models in their start state.
  void reset() noexcept;

  // Control threads; they wait for each other, never for the audio thread, and it never for them.
  // Reads a file and hands it over; what plays fades out within 10 ms. Returns what is wrong, and then what
  // plays stays. Allocates.
  std::optional<std::string> load(SlotName slot, const std::string& path);
  void unload(SlotName slot);
  // Loads what a state has kept, from wherever it is now (find_file). If it is nowhere, the signal goes
  // through the slot as it is, and `saved` stays what it was. Returns what is wrong. Allocates.
  std::optional<std::string> restore(SlotName slot, const SavedFile& saved);
  // What a state is to keep.
  SavedFile saved(SlotName slot) const;
  // Changes sizes and frees what has faded out. Allocates.
  void tend();
  SlotInfo info(SlotName slot) const;

 private:
  void run(const float* const* in, float* const* out, std::ptrdiff_t frames) noexcept;
  void follow() noexcept;
  void take_in(const float* const* in, float* const* rows, std::ptrdiff_t t, int frames) noexcept;
  void give_out(float* const* rows, float* const* out, std::ptrdiff_t t, int frames) noexcept;
  std::int64_t ramp_frames() const noexcept { return fresh_ ? 0 : fade_frames_; }
  static constexpr std::size_t index(SlotName name) noexcept { return static_cast<std::size_t>(name); }
  void hand_over(SlotName name, std::unique_ptr<Voice> voice, const SavedFile& file);
  std::string note_problem(SlotName name, std::string words);
  std::size_t governed_size(const Voice& voice, std::size_t ceiling);

  const double sample_rate_;
  const int channels_;
  const std::int64_t fade_frames_;
  std::array<Slot, kSlots> slots_;
  std::array<std::atomic<float>, kParameters> values_;

  // The audio thread's.
  Ramp input_{1.0f}, output_{1.0f}, dry_{0.0f};
  Gate gate_;
  GateSettings gate_settings_;
  LevelWish wish_;
  float input_db_ = 0.0f, output_db_ = 0.0f;
  std::array<DryLine, kMostChannels> dry_lines_;
  std::array<std::array<float, kTile>, kMostChannels> rows_;
  bool fresh_ = true;  // nothing has been heard yet: gains need no ramp

  std::atomic<float> input_peak_{0.0f}, output_peak_{0.0f}, load_{0.0f};
  std::atomic<float> tended_quality_{-1.0f};  // the quality that the sizes follow; none: they do not yet
  std::atomic<bool> measuring_{false};
  Governor governor_;

  // The control threads'.
  mutable std::mutex control_;
  std::array<SavedFile, kSlots> saved_;
  std::array<std::string, kSlots> problems_;
  double settled_at_ = 0.0;  // until then blocks may take the time of two sizes
};

}  // namespace nam_core::player
