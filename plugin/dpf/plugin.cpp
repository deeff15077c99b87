// The player as a plug-in of DPF: VST3 and CLAP.
#include <DistrhoPlugin.hpp>

#include <atomic>
#include <chrono>
#include <cstring>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "dpf/player_of.hpp"
#include "nam_core/version.hpp"
#include "player/player.hpp"

START_NAMESPACE_DISTRHO

namespace {

using nam_core::player::Kind;
using nam_core::player::kParameterInfos;
using nam_core::player::kParameters;
using nam_core::player::kSlots;
using nam_core::player::SavedFile;
using nam_core::player::SlotName;

// DPF sets states one at a time, sorted by key. So `digest_*` (the hash) is set before `file_*` of the same
// slot.
constexpr const char* kFileKeys[kSlots] = {"file_amp", "file_cabinet"};
constexpr const char* kDigestKeys[kSlots] = {"digest_amp", "digest_cabinet"};
constexpr const char* kFileLabels[kSlots] = {"Model", "Cabinet"};

constexpr auto kTendEvery = std::chrono::milliseconds(10);

}  // namespace

class NamCorePlugin : public Plugin {
 public:
  NamCorePlugin() : Plugin(kParameters, 0, 2 * kSlots), player_(make_player()) {}
  ~NamCorePlugin() override { deactivate(); }

  nam_core::player::Player& player() noexcept { return *player_; }

 protected:
  const char* getLabel() const override { return DISTRHO_PLUGIN_NAME; }
  const char* getDescription() const override { return "Plays Neural Amp Modeler captures, exactly"; }
  const char* getMaker() const override { return "nam_core"; }
  const char* getLicense() const override { return "MIT"; }
  uint32_t getVersion() const override {
    return d_version(NAM_CORE_VERSION_MAJOR, NAM_CORE_VERSION_MINOR, NAM_CORE_VERSION_PATCH);
  }
  int64_t getUniqueId() const override {
    return NAM_CORE_CHANNELS == 1 ? d_cconst('N', 'a', 'm', 'P') : d_cconst('N', 'a', 'm', 'S');
  }

  void initParameter(uint32_t index, Parameter& parameter) override {
    const auto& info = kParameterInfos[index];
    if (index == static_cast<uint32_t>(nam_core::player::Parameter::bypass)) {
      parameter.initDesignation(kParameterDesignationBypass);
      return;
    }
    parameter.hints = kParameterIsAutomatable;
    parameter.name = info.name;
    parameter.symbol = info.symbol;
    parameter.unit = info.unit;
    parameter.ranges = ParameterRanges(info.initial, info.low, info.high);
    if (info.kind == Kind::toggle) parameter.hints |= kParameterIsBoolean | kParameterIsInteger;
    if (info.kind == Kind::choice) {
      parameter.hints |= kParameterIsInteger;
      parameter.enumValues.count = static_cast<uint8_t>(std::size(nam_core::player::kLevelsNames));
      parameter.enumValues.restrictedMode = true;
      parameter.enumValues.values = new ParameterEnumerationValue[parameter.enumValues.count];
      for (uint8_t i = 0; i < parameter.enumValues.count; ++i) {
        parameter.enumValues.values[i].value = i;
        parameter.enumValues.values[i].label = nam_core::player::kLevelsNames[i];
      }
    }
  }
  float getParameterValue(uint32_t index) const override {
    return player_->get(static_cast<nam_core::player::Parameter>(index));
  }
  void setParameterValue(uint32_t index, float value) override {
    player_->set(static_cast<nam_core::player::Parameter>(index), value);
  }

  void initState(uint32_t index, State& state) override {
    const bool file = index < kSlots;
    state.key = file ? kFileKeys[index] : kDigestKeys[index - kSlots];
    state.label = file ? kFileLabels[index] : "SHA-256";
    state.hints = file ? kStateIsFilenamePath : kStateIsOnlyForDSP;
  }
  String getState(const char* key) const override {
    for (std::size_t i = 0; i < kSlots; ++i) {
      const SavedFile saved = player_->saved(static_cast<SlotName>(i));
      if (std::strcmp(key, kFileKeys[i]) == 0) return String(saved.path.c_str());
      if (std::strcmp(key, kDigestKeys[i]) == 0) return String(saved.sha256.c_str());
    }
    return String();
  }
  // Runs on the host's main thread and reads the file. The audio thread goes on meanwhile.
  void setState(const char* key, const char* value) override {
    for (std::size_t i = 0; i < kSlots; ++i) {
      if (std::strcmp(key, kDigestKeys[i]) == 0) digests_[i] = value;
      if (std::strcmp(key, kFileKeys[i]) != 0) continue;
      // The hash belongs to this file only, so it is cleared here.
      const auto words = player_->restore(static_cast<SlotName>(i), {value, std::exchange(digests_[i], "")});
      if (words) d_stderr("nam_core: %s", words->c_str());
    }
  }

  // A thread of the plug-in changes sizes and frees old models.
  void activate() override {
    player_->reset();
    active_ = true;
    tending_ = std::thread([this] {
      for (; active_; std::this_thread::sleep_for(kTendEvery))
        if (player_->wants_tending()) player_->tend();
    });
  }
  void deactivate() override {
    active_ = false;
    if (tending_.joinable()) tending_.join();
  }
  // The plug-in is not active while this is called.
  void sampleRateChanged(double) override {
    auto made = make_player();
    for (std::size_t i = 0; i < kParameters; ++i) {
      const auto parameter = static_cast<nam_core::player::Parameter>(i);
      made->set(parameter, player_->get(parameter));
    }
    for (const auto slot : {SlotName::amp, SlotName::cabinet}) made->restore(slot, player_->saved(slot));
    player_ = std::move(made);
  }

  void run(const float** inputs, float** outputs, uint32_t frames) override {
    player_->process(inputs, outputs, frames);
    setLatency(static_cast<uint32_t>(player_->latency()));
  }

 private:
  std::unique_ptr<nam_core::player::Player> make_player() const {
    return std::make_unique<nam_core::player::Player>(getSampleRate(), NAM_CORE_CHANNELS);
  }

  std::unique_ptr<nam_core::player::Player> player_;
  std::string digests_[kSlots];
  std::atomic<bool> active_{false};
  std::thread tending_;
};

Plugin* createPlugin() { return new NamCorePlugin; }

END_NAMESPACE_DISTRHO

nam_core::player::Player& nam_core::dpf::player_of(void* plugin) noexcept {
  return static_cast<DISTRHO::NamCorePlugin*>(static_cast<DISTRHO::Plugin*>(plugin))->player();
}
