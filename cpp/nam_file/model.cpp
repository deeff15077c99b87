// Reads the outer object of a file, and of every nested model (format 1.1, 1.4).
#include <algorithm>
#include <cmath>

#include "nam_file/quantities.hpp"
#include "nam_file/schema.hpp"
#include "nam_file/weight_layout.hpp"
#include "nam_file/words.hpp"

namespace nam_core::detail::nam_file {

namespace {

// The limits of Python's format/schema, which gives the reasons.
constexpr int kMostNesting = 64;
constexpr double kLeastSampleRate = 1.0, kMostSampleRate = 10e6;
constexpr std::int64_t kMostReceptiveField = 1 << 24;

std::optional<double> read_sample_rate(const Cursor& cursor) {
  if (cursor.is_absent()) return std::nullopt;
  const double rate = cursor.number();
  // The C++ core writes "unknown" as -1, and hosts treat every rate <= 0 as unknown.
  if (rate <= 0) return std::nullopt;
  if (!(kLeastSampleRate <= rate && rate <= kMostSampleRate))
    cursor.wrong("from 1 to 10000000 Hz, or 0 where it is not known");
  return rate;
}

// Refuses a nested model with a known rate that differs from the known rate of the outer model (format 2.6,
// 8). Returns the rate of the outer model; for a chain without one, the first known rate in it.
std::optional<double> agreed_rate(std::optional<double> rate, const Config& config, Findings& findings) {
  std::vector<ModelPointer> inner;
  if (const auto* wavenet = std::get_if<WaveNet>(&config)) {
    if (wavenet->condition_dsp) inner.push_back(wavenet->condition_dsp);
  } else if (const auto* container = std::get_if<Container>(&config)) {
    for (const Submodel& submodel : container->submodels) inner.push_back(submodel.model);
  } else if (const auto* chain = std::get_if<Sequential>(&config)) {
    inner = chain->models;
  }
  const bool is_chain = std::holds_alternative<Sequential>(config);
  const char* whose = "the model around it";
  for (const ModelPointer& model : inner) {
    const std::optional<double> own = known_rate(*model);
    if (rate && own && *rate != *own)
      findings.fail(Error::Kind::config,
                    "found " + shortest(*own) + "; must be " + shortest(*rate) + ", the rate of " + whose,
                    model->location + ".sample_rate");
    if (is_chain && !rate && own) {
      rate = own;
      whose = "a model before it";
    }
  }
  return rate;
}

// Reverses the order of the taps; biases stay after them.
void turn_taps(const Linear& config, std::vector<float>& weights) {
  const auto taps = static_cast<std::ptrdiff_t>(config.receptive_field);
  const int responses = config.shares_response() ? 1 : std::max(config.in_channels, config.out_channels);
  for (int i = 0; i < responses; ++i)
    std::reverse(weights.begin() + i * taps, weights.begin() + (i + 1) * taps);
}

std::vector<float> read_own_weights(const Cursor& cursor, const Config& config) {
  std::vector<float> weights = read_weights(cursor);
  if (cursor.failed()) return weights;
  if (std::holds_alternative<Container>(config)) {
    if (!weights.empty())
      cursor.warn("found " + describe(cursor.value()) + "; a container's own weights are not used");
    weights.clear();
  } else if (std::holds_alternative<Sequential>(config)) {
    if (!weights.empty())
      cursor.fail("found " + describe(cursor.value()) + "; must be empty: the models in it have their own",
                  Error::Kind::weights);
  } else if (const auto message = check_weights(config, weights.size())) {
    cursor.fail(*message, Error::Kind::weights);
  }
  return weights;
}

}  // namespace

ModelPointer Schema::read_model(const Cursor& cursor, int nesting) const {
  if (nesting > kMostNesting)
    cursor.fail("nested in " + std::to_string(nesting) + " models; must be in at most " +
                std::to_string(kMostNesting));
  if (cursor.failed()) return nullptr;
  std::string version = read_version(cursor["version"]);
  std::optional<double> rate = read_sample_rate(cursor["sample_rate"]);
  Config config = read_config(cursor, nesting);
  if (cursor.failed()) return nullptr;
  const std::optional<double> agreed = agreed_rate(rate, config, cursor.findings());
  if (std::holds_alternative<Sequential>(config)) rate = agreed;
  std::vector<float> weights = read_own_weights(cursor["weights"], config);
  if (cursor.failed()) return nullptr;
  if (const auto* linear = std::get_if<Linear>(&config))
    if (options_.linear_taps == LinearTaps::oldest_first) turn_taps(*linear, weights);
  return std::make_shared<const NamModel>(NamModel{std::move(version), cursor["architecture"].text(),
                                                   std::move(config), std::move(weights), rate,
                                                   read_metadata(cursor["metadata"]), cursor.location()});
}

Config Schema::read_config(const Cursor& cursor, int nesting) const {
  const Cursor architecture = cursor["architecture"], config = cursor["config"];
  const std::string& name = architecture.text();
  Config result = Linear{};
  if (cursor.failed()) return result;
  if (name == "WaveNet")
    result = read_wavenet(config, nesting);
  else if (name == "SlimmableContainer")
    result = read_container(config, nesting);
  else if (name == "Sequential")
    result = read_sequential(config, nesting);
  else if (name == "LSTM")
    result = read_lstm(config);
  else if (name == "ConvNet")
    result = read_convnet(config);
  else if (name == "Linear")
    result = read_linear(config);
  else
    architecture.wrong("one of WaveNet, SlimmableContainer, LSTM, ConvNet, Linear, Sequential");
  if (cursor.failed()) return result;
  const std::int64_t frames = receptive_field(result);
  if (frames > kMostReceptiveField)
    config.fail("implies a receptive field of " + std::to_string(frames) + " frames; must be at most " +
                std::to_string(kMostReceptiveField));
  return result;
}

std::string read_version(const Cursor& cursor) {
  if (cursor.is_missing()) cursor.wrong("a version string such as \"0.7.0\"");
  const std::string_view text = cursor.is(Value::Kind::text) ? cursor.value().as_text() : std::string_view();
  // major.minor.patch, each at most nine digits.
  int numbers[3] = {}, count = 0;
  std::size_t at = 0;
  for (; count < 3; ++count) {
    const std::size_t first = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at - first < 9; ++at)
      numbers[count] = 10 * numbers[count] + (text[at] - '0');
    if (at == first || (count < 2 && (at == text.size() || text[at++] != '.'))) break;
  }
  if (count < 3 || at != text.size()) {
    cursor.wrong("a string \"major.minor.patch\", such as \"0.7.0\"", Error::Kind::version);
    return {};
  }
  if (numbers[0] > 0 || numbers[1] < 5 || numbers[1] > 7)
    cursor.wrong("from 0.5.0 to 0.7.x", Error::Kind::version);
  if (numbers[1] == 7 && numbers[2] > 0 && !cursor.failed())
    cursor.warn("version " + std::string(text) +
                " is newer than 0.7.0; parts that 0.7.0 does not define are ignored");
  return std::string(text);
}

std::vector<float> read_weights(const Cursor& cursor) {
  std::vector<float> weights;
  if (!cursor.is(Value::Kind::array)) {
    cursor.wrong("an array of numbers");
    return weights;
  }
  const auto refuse = [&](std::size_t index) {
    const Value& value = cursor.value().items()[index];
    cursor.findings().fail(Error::Kind::weights,
                           "found " + describe(value) + "; must be a finite number in the range of float32",
                           cursor.location() + "[" + std::to_string(index) + "]");
    return std::vector<float>();
  };
  const Value& array = cursor.value();
  // Like Python, checks the types of all keys before their sizes.
  for (std::size_t i = 0; i < array.size(); ++i)
    if (!array.has_number(i)) return refuse(i);
  weights.reserve(array.size());
  for (std::size_t i = 0; i < array.size(); ++i) {
    weights.push_back(static_cast<float>(array.number(i)));
    if (!std::isfinite(weights.back())) return refuse(i);
  }
  return weights;
}

Metadata read_metadata(const Cursor& cursor) {
  Metadata metadata;
  if (cursor.is_absent()) return metadata;
  if (!cursor.is(Value::Kind::object)) {
    cursor.warn("found " + describe(cursor.value()) + "; must be an object; ignored");
    return metadata;
  }
  const auto text = [&](const char* key) -> std::optional<std::string> {
    const Cursor value = cursor[key];
    if (value.is(Value::Kind::text)) return value.value().as_text();
    if (!value.is_absent()) value.warn("found " + describe(value.value()) + "; must be a string; ignored");
    return std::nullopt;
  };
  const auto number = [&](const char* key) -> std::optional<double> {
    const Cursor value = cursor[key];
    if (value.value().is_number()) return value.value().as_number();
    if (!value.is_absent())
      value.warn("found " + describe(value.value()) + "; must be a finite number; ignored");
    return std::nullopt;
  };
  metadata.name = text("name");
  metadata.modeled_by = text("modeled_by");
  metadata.gear_type = text("gear_type");
  metadata.gear_make = text("gear_make");
  metadata.gear_model = text("gear_model");
  metadata.tone_type = text("tone_type");
  metadata.loudness = number("loudness");
  metadata.gain = number("gain");
  metadata.input_level_dbu = number("input_level_dbu");
  metadata.output_level_dbu = number("output_level_dbu");
  return metadata;
}

}  // namespace nam_core::detail::nam_file
