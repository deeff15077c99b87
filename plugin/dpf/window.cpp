// The window of VST3 and CLAP: files, levels, quality, the share of time that processing takes, and error
// messages.
#include <DistrhoUI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "dpf/neighbours.hpp"
#include "dpf/player_of.hpp"

START_NAMESPACE_DISTRHO

namespace {

using nam_core::player::info_of;
using nam_core::player::kSlots;
using nam_core::player::Player;
using nam_core::player::SlotInfo;
using nam_core::player::SlotName;
using Turned = nam_core::player::Parameter;

constexpr uint kWidth = 600, kHeight = 330;
constexpr const char* kFileKeys[kSlots] = {"file_amp", "file_cabinet"};
constexpr const char* kSlotNames[kSlots] = {"Model", "Cabinet"};
constexpr Turned kSliders[] = {Turned::input, Turned::output, Turned::quality};
constexpr Turned kSwitches[] = {Turned::size_by_load, Turned::bypass};
constexpr float kMeterDb = 60.0f, kMeterFall = 0.9f;

struct Box {
  float x, y, w, h;
  bool holds(double px, double py) const { return px >= x && px < x + w && py >= y && py < y + h; }
};

// Positions are in the window's own units; the host's scale is applied when they are drawn.
Box file_box(std::size_t slot) { return {90, 50 + 70 * static_cast<float>(slot), 370, 28}; }
Box button_box(std::size_t slot, int button) {
  return {468 + 40 * static_cast<float>(button), file_box(slot).y, 34, 28};
}
Box slider_box(std::size_t i) { return {90, 196 + 32 * static_cast<float>(i), 250, 22}; }
Box switch_box(std::size_t i) { return {460, 252 + 32 * static_cast<float>(i), 126, 22}; }
Box meter_box(int side) { return {460, 198 + 24 * static_cast<float>(side), 126, 14}; }

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Returns the message without the folder of `path`.
std::string without_folder(std::string words, const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  const std::size_t at = folder.empty() ? std::string::npos : words.find(folder);
  return at == std::string::npos ? words : words.erase(at, folder.size());
}

// Returns a line about a slot: what the file states about itself, its loudness, and the size that plays.
std::string description(const SlotInfo& info) {
  std::string words = info.summary;
  const auto add = [&words](const char* form, auto... values) {
    char text[48];
    std::snprintf(text, sizeof text, form, values...);
    words += (words.empty() ? "" : ", ") + std::string(text);
  };
  if (info.loudness) add("loudness %.1f dB", *info.loudness);
  if (info.sizes > 1) add("size %zu of %zu", info.size + 1, info.sizes);
  return words;
}

std::string value_text(Turned turned, float value) {
  char text[32];
  const auto& info = info_of(turned);
  std::snprintf(text, sizeof text, turned == Turned::quality ? "%.2f %s" : "%+.1f %s",
                static_cast<double>(value), info.unit);
  return text;
}

}  // namespace

class NamCoreWindow : public UI {
 public:
  NamCoreWindow() : UI(kWidth, kHeight) {
    loadSharedResources();
    setSize(scaled(kWidth), scaled(kHeight));
  }
  ~NamCoreWindow() override { player().measure(false); }

 protected:
  // Does nothing: every drawing reads all values from the player.
  void parameterChanged(uint32_t, float) override {}
  void stateChanged(const char*, const char*) override {}

  void uiIdle() override {
    // Called for every drawing, because after a change of sample rate there is a new player.
    player().measure(true);
    meters_[0] = std::max(player().take_input_peak(), meters_[0] * kMeterFall);
    meters_[1] = std::max(player().take_output_peak(), meters_[1] * kMeterFall);
    repaint();
  }

  // `path` is null if no file was chosen.
  void uiFileBrowserSelected(const char* path) override {
    if (path) setState(kFileKeys[chosen_], path);
  }

  void onNanoDisplay() override {
    scale(static_cast<float>(getWidth()) / kWidth, static_cast<float>(getHeight()) / kHeight);
    fill({0, 0, kWidth, kHeight}, Color(32, 34, 38));
    write(14, 24, "nam_core", 20, Color(235, 235, 235));
    char cost[64];
    std::snprintf(cost, sizeof cost, "takes %.1f %% of a block's time",
                  static_cast<double>(player().load_share()) * 100.0);
    write(400, 24, cost, 14, Color(160, 165, 170));
    for (std::size_t slot = 0; slot < kSlots; ++slot) draw_slot(slot);
    for (std::size_t i = 0; i < std::size(kSliders); ++i) draw_slider(i);
    for (std::size_t i = 0; i < std::size(kSwitches); ++i) {
      const bool on = value_of(kSwitches[i]) > 0.5f;
      fill(switch_box(i), on ? Color(200, 120, 40) : Color(60, 64, 70));
      write(switch_box(i).x + 8, switch_box(i).y + 11, info_of(kSwitches[i]).name, 14, Color(235, 235, 235));
    }
    for (int side = 0; side < 2; ++side) draw_meter(side);
  }

  bool onMouse(const MouseEvent& event) override {
    const double x = event.pos.getX() * kWidth / getWidth(), y = event.pos.getY() * kHeight / getHeight();
    if (event.button != kMouseButtonLeft) return false;
    if (!event.press) {
      if (dragged_ >= 0) editParameter(static_cast<uint32_t>(kSliders[dragged_]), false);
      dragged_ = -1;
      return true;
    }
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
      if (file_box(slot).holds(x, y)) return choose(slot);
      if (button_box(slot, 0).holds(x, y)) step(slot, -1);
      if (button_box(slot, 1).holds(x, y)) step(slot, 1);
      if (button_box(slot, 2).holds(x, y)) setState(kFileKeys[slot], "");
    }
    for (std::size_t i = 0; i < std::size(kSliders); ++i)
      if (slider_box(i).holds(x, y)) {
        dragged_ = static_cast<int>(i);
        editParameter(static_cast<uint32_t>(kSliders[i]), true);
        drag(x);
      }
    for (std::size_t i = 0; i < std::size(kSwitches); ++i)
      if (switch_box(i).holds(x, y)) flip(kSwitches[i]);
    return true;
  }
  bool onMotion(const MotionEvent& event) override {
    if (dragged_ < 0) return false;
    drag(event.pos.getX() * kWidth / getWidth());
    return true;
  }
  // Keys. Up and down: previous and next model in the folder; with shift: cabinets. Left and right: quality.
  // o: open a model. c: open a cabinet. b: bypass.
  bool onKeyboard(const KeyboardEvent& event) override {
    if (!event.press) return false;
    switch (event.key) {
      case kKeyUp:
      case kKeyDown:
        step(event.mod & kModifierShift ? 1 : 0, event.key == kKeyUp ? -1 : 1);
        return true;
      case kKeyLeft:
      case kKeyRight:
        touch(Turned::quality, value_of(Turned::quality) + (event.key == kKeyLeft ? -0.1f : 0.1f));
        return true;
      case 'o':
      case 'c':
        return choose(event.key == 'o' ? 0 : 1);
      case 'b':
        flip(Turned::bypass);
        return true;
      default:
        return false;
    }
  }

 private:
  Player& player() const { return nam_core::dpf::player_of(getPluginInstancePointer()); }
  float value_of(Turned turned) const { return player().get(turned); }
  void turn(Turned turned, float value) {
    player().set(turned, value);
    setParameterValue(static_cast<uint32_t>(turned), value);
  }
  // Opens DPF's own file chooser in the folder of the loaded file. (requestStateFile would ask for the host's
  // chooser, but does nothing in DPF's VST3 and CLAP.)
  bool choose(std::size_t slot) {
    const std::string path = player().info(static_cast<SlotName>(slot)).path;
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    FileBrowserOptions options;
    options.startDir = folder.empty() ? nullptr : folder.c_str();
    options.title = kSlotNames[slot];
    chosen_ = slot;
    return openFileBrowser(options);
  }
  uint scaled(uint length) const { return static_cast<uint>(std::lround(length * getScaleFactor())); }
  // Sets a parameter between editParameter(true) and editParameter(false), which hosts need to record
  // automation.
  void touch(Turned turned, float value) {
    editParameter(static_cast<uint32_t>(turned), true);
    turn(turned, nam_core::player::within_range(turned, value));
    editParameter(static_cast<uint32_t>(turned), false);
  }
  void flip(Turned turned) { touch(turned, value_of(turned) > 0.5f ? 0.0f : 1.0f); }
  void step(std::size_t slot, int steps) {
    const std::string path = player().info(static_cast<SlotName>(slot)).path;
    if (!path.empty()) setState(kFileKeys[slot], nam_core::dpf::neighbour(path, steps).c_str());
  }
  void drag(double x) {
    const Box box = slider_box(static_cast<std::size_t>(dragged_));
    const auto& info = info_of(kSliders[dragged_]);
    const auto share = static_cast<float>(std::clamp((x - box.x) / box.w, 0.0, 1.0));
    turn(kSliders[dragged_], info.low + share * (info.high - info.low));
  }

  void fill(const Box& box, const Color& color) {
    beginPath();
    roundedRect(box.x, box.y, box.w, box.h, 3);
    fillColor(color);
    NanoVG::fill();
  }
  void write(float x, float y, const std::string& words, float size, const Color& color) {
    fontSize(size);
    fillColor(color);
    textAlign(ALIGN_LEFT | ALIGN_MIDDLE);
    text(x, y, words.c_str(), nullptr);
  }
  // Writes text inside a box and cuts it off at the box's edge.
  void write_within(const Box& box, const std::string& words, float size, const Color& color) {
    save();
    intersectScissor(box.x, box.y, box.w, box.h);
    write(box.x + 8, box.y + box.h / 2, words, size, color);
    restore();
  }

  void draw_slot(std::size_t slot) {
    const SlotInfo info = player().info(static_cast<SlotName>(slot));
    const Box box = file_box(slot);
    write(14, box.y + 14, kSlotNames[slot], 15, Color(200, 200, 200));
    fill(box, Color(50, 53, 58));
    write_within(box, info.path.empty() ? "click to open a file" : file_name(info.path), 15,
                 Color(240, 240, 240));
    const char* signs[] = {"<", ">", "x"};
    for (int button = 0; button < 3; ++button) {
      fill(button_box(slot, button), Color(70, 74, 80));
      write(button_box(slot, button).x + 12, button_box(slot, button).y + 14, signs[button], 16,
            Color(240, 240, 240));
    }
    const bool fine = info.problem.empty();
    fontSize(12);
    fillColor(fine ? Color(160, 165, 170) : Color(255, 120, 100));
    textAlign(ALIGN_LEFT | ALIGN_TOP);
    const std::string words = fine ? description(info) : without_folder(info.problem, info.path);
    textBox(box.x, box.y + 33, 496, words.c_str(), nullptr);
  }
  void draw_slider(std::size_t i) {
    const Box box = slider_box(i);
    const auto& info = info_of(kSliders[i]);
    const float value = value_of(kSliders[i]), share = (value - info.low) / (info.high - info.low);
    write(14, box.y + 11, info.name, 15, Color(200, 200, 200));
    fill(box, Color(50, 53, 58));
    fill({box.x, box.y, std::max(4.0f, box.w * share), box.h}, Color(70, 120, 170));
    write(box.x + box.w + 10, box.y + 11, value_text(kSliders[i], value), 14, Color(235, 235, 235));
  }
  void draw_meter(int side) {
    const Box box = meter_box(side);
    const float level = meters_[side];
    const float share =
        level > 0.0f ? std::clamp(1.0f + 20.0f * std::log10(level) / kMeterDb, 0.0f, 1.0f) : 0.0f;
    write(box.x - 36, box.y + 7, side == 0 ? "In" : "Out", 13, Color(200, 200, 200));
    fill(box, Color(50, 53, 58));
    fill({box.x, box.y, box.w * share, box.h}, level >= 1.0f ? Color(220, 60, 50) : Color(80, 170, 90));
  }

  float meters_[2] = {0.0f, 0.0f};
  std::size_t chosen_ = 0;  // the slot that the chooser is open for
  int dragged_ = -1;        // the slider that the mouse holds
};

UI* createUI() { return new NamCoreWindow; }

END_NAMESPACE_DISTRHO
