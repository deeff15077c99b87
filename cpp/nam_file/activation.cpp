#include <algorithm>

#include "nam_file/schema.hpp"
#include "nam_file/words.hpp"

namespace nam_core::detail::nam_file {

namespace {

struct Parameter {
  const char* key = nullptr;
  double otherwise = 0;
};

// The keys of each activation in a file, and their defaults, by ActivationName.
struct Known {
  std::string_view name;
  std::array<Parameter, 4> parameters{};
};
const Known kActivations[] = {
#define NAM_CORE_KEYS(kind, parameters, slowest, ...) {#kind, {{__VA_ARGS__}}},
    NAM_CORE_ACTIVATIONS(NAM_CORE_KEYS)
#undef NAM_CORE_KEYS
        {"Hardtanh", {{{"min_val", -1.0}, {"max_val", 1.0}}}},
};

std::string allowed() {
  std::string names = "one of ";
  for (const Known& known : kActivations) {
    if (&known != kActivations) names += ", ";
    names += known.name;
  }
  return names;
}

Activation with_parameters(const Known& known, const Cursor& parameters) {
  const auto name = static_cast<ActivationName>(&known - kActivations);
  Activation activation{name, {}};
  if (name == ActivationName::PReLU) {
    // If both keys are present, the single slope is used, as in the C++ core.
    const Cursor slopes = parameters["negative_slopes"];
    if (parameters["negative_slope"].is_missing() && !slopes.is_missing()) {
      for (const Cursor& entry : slopes.entries("an array of numbers"))
        activation.parameters.push_back(entry.number());
      if (activation.parameters.empty()) slopes.wrong("an array of at least one number");
      return activation;
    }
  }
  for (const Parameter& parameter : known.parameters)
    if (parameter.key) activation.parameters.push_back(parameters[parameter.key].number(parameter.otherwise));
  // torch.nn.Hardtanh refuses such limits, too.
  const auto& limits = activation.parameters;
  if (name == ActivationName::Hardtanh && limits[0] >= limits[1])
    parameters.fail("found min_val " + shortest(limits[0]) + " and max_val " + shortest(limits[1]) +
                    "; min_val must be less than max_val");
  return activation;
}

}  // namespace

Activation read_activation(const Cursor& cursor, bool class_names) {
  const Value no_parameters = Value::object();
  Cursor name_cursor = cursor, parameters(no_parameters, cursor.findings(), cursor.location());
  if (cursor.is(Value::Kind::object)) {
    // The package writes "name" in the post-stack head (format D10).
    name_cursor = cursor["type"].is_missing() ? cursor["name"] : cursor["type"];
    if (name_cursor.is_missing()) {
      cursor["type"].wrong(allowed());
      return {};
    }
    parameters = cursor;
  } else if (!cursor.is(Value::Kind::text)) {
    cursor.wrong(R"(an activation: a name, or an object such as {"type": "Tanh"})");
    return {};
  }
  std::string_view name = name_cursor.text();
  if (class_names && name.starts_with('_')) name.remove_prefix(1);
  if (name == "LeakyHardTanh") name = "LeakyHardtanh";
  for (const Known& known : kActivations)
    if (known.name == name) return with_parameters(known, parameters);
  name_cursor.wrong(allowed());
  return {};
}

void check_slopes(const Activation& activation, int channels, const Cursor& cursor) {
  const std::size_t slopes = activation.parameters.size();
  if (activation.name != ActivationName::PReLU || cursor.failed()) return;
  if (slopes == 1 || slopes == static_cast<std::size_t>(channels)) return;
  cursor["negative_slopes"].wrong(channels == 1 ? "an array of 1 entry"
                                                : "an array of 1 entry, or " + std::to_string(channels) +
                                                      ": one for each channel");
}

void check_groups(const Cursor& cursor, int groups, const std::vector<Width>& widths) {
  for (const Width& width : widths)
    if (width.channels % groups != 0) {
      const Cursor place = cursor.is(Value::Kind::object) ? cursor["groups"] : cursor;
      place.fail("found " + std::to_string(groups) + " groups; " + width.name + " (" +
                 std::to_string(width.channels) + ") must be divisible by it");
      return;
    }
}

}  // namespace nam_core::detail::nam_file
