// An amplifier and a cabinet between input and output. This is everything of a plug-in that no plug-in format
// decides.
//
//     nam_core::player::Player player(48000.0, 1);        // Hz, channels
//     auto problem = player.load(SlotName::amp, path);    // control thread
//     player.set(Parameter::input, 6.0f);                 // any thread
//     player.process(in, out, frames);                    // audio thread
//     if (player.wants_tending()) player.tend();          // control thread
//
// With all gains at 0 dB and everything else off, the output has the bits of nam_core, for blocks of any
// length.
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

// In the order of the signal. Either slot takes any file.
enum class SlotName { amp, cabinet };
inline constexpr std::size_t kSlots = 2;
// The names of the slots in saved states.
inline constexpr const char* kSlotSymbols[kSlots] = {"model", "cabinet"};

// What a window shows about a slot.
struct SlotInfo {
  std::string path;     // "": nothing is loaded
  std::string summary;  // what the file states about itself
  std::string problem;  // error message; "": none
  std::size_t size = 0, sizes = 0;
  std::optional<double> loudness;  // dB; empty if the file does not state it
};

class Player {
 public:
  // sample_rate in Hz, above 0. channels: 1, or 2, which plays each channel through its own copy. Allocates.
  Player(double sample_rate, int channels);

  double sample_rate() const noexcept { return sample_rate_; }
  int channels() const noexcept { return channels_; }

  // Any thread, real time.
  // Takes effect with the next call of process; gains and bypass get there within 10 ms. Values are limited
  // to the parameter's range.
  void set(Parameter parameter, float value) noexcept;
  float get(Parameter parameter) const noexcept;
  // latency: frames by which the output is late. tail: frames of output after the input has ended. Both
  // depend on the loaded models.
  int latency() const noexcept;
  int tail() const noexcept;
  // The highest sample of all channels since the last call.
  float take_input_peak() noexcept { return input_peak_.exchange(0.0f, std::memory_order_relaxed); }
  float take_output_peak() noexcept { return output_peak_.exchange(0.0f, std::memory_order_relaxed); }
  // Whether process() reads the clock for load_share(). With size_by_load it reads the clock anyway.
  void measure(bool wanted) noexcept { measuring_.store(wanted, std::memory_order_relaxed); }
  // The share of its duration that a recent block took; 0 if nothing was measured.
  float load_share() const noexcept { return load_.load(std::memory_order_relaxed); }
  // Whether tend() has something to do.
  bool wants_tending() const noexcept;

  // Audio thread, real time: neither allocates, locks nor calls the system. (With measure() or size_by_load
  // it reads the steady clock. On Linux that is no system call if the clock source is the processor's
  // counter.) `in` and `out` have one pointer per channel; rows of `out` may be rows of `in`. Samples that
  // are not finite, or more than 120 dB above full scale, are read as 0.
  void process(const float* const* in, float* const* out, std::ptrdiff_t frames) noexcept;
  // Puts everything, including the models, back into its start state.
  void reset() noexcept;

  // Control threads. They wait for each other; they and the audio thread never wait for each other. Reads a
  // file and hands it to the audio thread; the playing model fades out within 10 ms. On an error, returns the
  // message, and the playing model stays. Allocates.
  std::optional<std::string> load(SlotName slot, const std::string& path);
  void unload(SlotName slot);
  // Loads the file of a saved state; find_file() finds it if it has moved. If it is not found, the slot lets
  // the signal through, and saved() still returns the state. Returns an error message, if any. Allocates.
  std::optional<std::string> restore(SlotName slot, const SavedFile& saved);
  // The slot's file, for a state to save.
  SavedFile saved(SlotName slot) const;
  // Changes sizes, and frees models that have faded out. Allocates.
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
  std::string note_problem(SlotName name, std::string problem);
  std::size_t governed_size(const Voice& voice, std::size_t ceiling);

  const double sample_rate_;
  const int channels_;
  const std::int64_t fade_frames_;
  std::array<Slot, kSlots> slots_;
  std::array<std::atomic<float>, kParameters> values_;

  // Used by the audio thread only.
  Ramp input_{1.0f}, output_{1.0f}, dry_{0.0f};
  Gate gate_;
  GateSettings gate_settings_;
  LevelSettings level_settings_;
  float input_db_ = 0.0f, output_db_ = 0.0f;
  std::array<DryLine, kMostChannels> dry_lines_;
  std::array<std::array<float, kTile>, kMostChannels> rows_;
  bool fresh_ = true;  // nothing has been played yet, so gains change without a ramp

  std::atomic<float> input_peak_{0.0f}, output_peak_{0.0f}, load_{0.0f};
  std::atomic<float> tended_quality_{-1.0f};  // the quality that tend() has applied; -1: none yet
  std::atomic<bool> measuring_{false};
  Governor governor_;

  // Used by control threads only.
  mutable std::mutex control_;
  std::array<SavedFile, kSlots> saved_;
  std::array<std::string, kSlots> problems_;
  double settled_at_ = 0.0;  // seconds; before it, blocks may take the time of two sizes
};

}  // namespace nam_core::player
