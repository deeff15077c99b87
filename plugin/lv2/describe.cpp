// Writes the description of the LV2 plug-ins (Turtle files) from the player's parameters: describe_lv2 FOLDER
#include <cstdio>
#include <fstream>
#include <string>

#include "lv2/ports.hpp"

namespace {

using namespace nam_core::player;
using namespace nam_core::lv2;

constexpr const char* kPrefixes =
    "@prefix atom: <http://lv2plug.in/ns/ext/atom#> .\n"
    "@prefix doap: <http://usefulinc.com/ns/doap#> .\n"
    "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n"
    "@prefix patch: <http://lv2plug.in/ns/ext/patch#> .\n"
    "@prefix pprop: <http://lv2plug.in/ns/ext/port-props#> .\n"
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    "@prefix state: <http://lv2plug.in/ns/ext/state#> .\n"
    "@prefix units: <http://lv2plug.in/ns/extensions/units#> .\n"
    "@prefix urid: <http://lv2plug.in/ns/ext/urid#> .\n"
    "@prefix work: <http://lv2plug.in/ns/ext/worker#> .\n\n";

std::string angled(const std::string& uri) { return "<" + uri + ">"; }

std::string number(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", static_cast<double>(value));
  return std::string(text).find('.') == std::string::npos ? std::string(text) + ".0" : text;
}

std::string port(std::uint32_t index, const std::string& classes, const std::string& symbol,
                 const std::string& name, const std::string& rest) {
  return "  [ a " + classes + " ;\n    lv2:index " + std::to_string(index) + " ; lv2:symbol \"" + symbol +
         "\" ; lv2:name \"" + name + "\"" + (rest.empty() ? "" : " ;\n    " + rest) + " ]";
}

std::string unit_of(const ParameterInfo& info) {
  const std::string unit = info.unit;
  if (unit == "dB") return " ; units:unit units:db";
  if (unit == "ms") return " ; units:unit units:ms";
  if (unit == "dBu")
    return " ;\n    units:unit [ a units:Unit ; rdfs:label \"dBu\" ; units:symbol \"dBu\" ; units:render "
           "\"%f dBu\" ]";
  return "";
}

std::string range(float initial, float low, float high) {
  return "lv2:default " + number(initial) + " ; lv2:minimum " + number(low) + " ; lv2:maximum " +
         number(high);
}

std::string parameter_port(std::size_t i) {
  const ParameterInfo& info = kParameterInfos[i];
  const auto index = kFirstParameter + static_cast<std::uint32_t>(i);
  const std::string classes = "lv2:InputPort , lv2:ControlPort";
  if (static_cast<Parameter>(i) == kEnabledParameter)
    return port(index, classes, "enabled", "Enabled",
                range(1.0f, 0.0f, 1.0f) + " ; lv2:portProperty lv2:toggled ; lv2:designation lv2:enabled");
  std::string rest = range(info.initial, info.low, info.high) + unit_of(info);
  if (info.kind == Kind::toggle) rest += " ; lv2:portProperty lv2:toggled";
  if (info.kind == Kind::choice) {
    rest += " ; lv2:portProperty lv2:integer , lv2:enumeration";
    for (std::size_t value = 0; value < std::size(kLevelsNames); ++value)
      rest += " ;\n    lv2:scalePoint [ rdfs:label \"" + std::string(kLevelsNames[value]) +
              "\" ; rdf:value " + std::to_string(value) + " ]";
  }
  return port(index, classes, info.symbol, info.name, rest);
}

std::string plugin(const char* uri, const std::string& name, int channels) {
  std::string text = angled(uri) + " a lv2:Plugin , lv2:SimulatorPlugin ;\n  doap:name \"" + name +
                     "\" ;\n  doap:license <https://opensource.org/licenses/MIT> ;\n"
                     "  lv2:minorVersion 0 ; lv2:microVersion 1 ;\n"
                     "  lv2:requiredFeature urid:map , work:schedule ;\n"
                     "  lv2:optionalFeature lv2:hardRTCapable , state:threadSafeRestore ;\n"
                     "  lv2:extensionData work:interface , state:interface ;\n";
  for (const char* file : kFileUris) text += "  patch:writable " + angled(file) + " ;\n";
  for (const char* problem : kProblemUris) text += "  patch:readable " + angled(problem) + " ;\n";
  const std::string messages = "atom:bufferType atom:Sequence ; atom:supports patch:Message";
  text += "  lv2:port\n";
  text += port(kControlPort, "lv2:InputPort , atom:AtomPort", "control", "Control",
               messages + " ; lv2:designation lv2:control") +
          " ,\n";
  text += port(kNotifyPort, "lv2:OutputPort , atom:AtomPort", "notify", "Notify", messages) + " ,\n";
  for (std::size_t i = 0; i < kParameters; ++i) text += parameter_port(i) + " ,\n";
  const std::string output = "lv2:OutputPort , lv2:ControlPort";
  text += port(kLatencyPort, output, "latency", "Latency",
               range(0.0f, 0.0f, 8192.0f) +
                   " ; units:unit units:frame ; lv2:designation lv2:latency ;\n"
                   "    lv2:portProperty lv2:reportsLatency , lv2:integer , pprop:notOnGUI") +
          " ,\n";
  text += port(kInputPeakPort, output, "input_peak", "Input peak", range(0.0f, 0.0f, 1.0f)) + " ,\n";
  text += port(kOutputPeakPort, output, "output_peak", "Output peak", range(0.0f, 0.0f, 1.0f));
  for (int side = 0; side < 2; ++side)
    for (int c = 0; c < channels; ++c) {
      const std::string which = channels == 1 ? "" : c == 0 ? "_left" : "_right";
      const std::string words = channels == 1 ? "" : c == 0 ? " left" : " right";
      text += " ,\n" + port(kFirstAudio + static_cast<std::uint32_t>(side * channels + c),
                            side == 0 ? "lv2:InputPort , lv2:AudioPort" : "lv2:OutputPort , lv2:AudioPort",
                            (side == 0 ? "in" : "out") + which, (side == 0 ? "In" : "Out") + words, "");
    }
  return text + " .\n\n";
}

std::string manifest() {
  std::string text = kPrefixes;
  for (const char* uri : {kMonoUri, kStereoUri})
    text += angled(uri) + " a lv2:Plugin ; lv2:binary <nam_core.so> ; rdfs:seeAlso <nam_core.ttl> .\n";
  return text;
}

std::string description() {
  std::string text = kPrefixes;
  const char* names[kSlots] = {"Model", "Cabinet"};
  for (std::size_t i = 0; i < kSlots; ++i) {
    text += angled(kFileUris[i]) + " a lv2:Parameter ; rdfs:label \"" + names[i] +
            "\" ; rdfs:range atom:Path .\n";
    text += angled(kProblemUris[i]) + " a lv2:Parameter ; rdfs:label \"" + names[i] +
            ": what is wrong\" ; rdfs:range atom:String .\n";
  }
  return text + "\n" + plugin(kMonoUri, "nam_core", 1) + plugin(kStereoUri, "nam_core stereo", 2);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string folder = argv[1];
  std::ofstream(folder + "/manifest.ttl") << manifest();
  std::ofstream(folder + "/nam_core.ttl") << description();
}
