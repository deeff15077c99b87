// The configs of the architectures (format 2, 8, 9, 15).
#include <algorithm>
#include <limits>
#include <set>

#include "nam_file/schema.hpp"
#include "nam_file/words.hpp"

namespace nam_core::detail::nam_file {

namespace {

void check_junctions(const std::vector<LayerArray>& arrays, const std::vector<Cursor>& cursors,
                     int in_channels) {
  if (arrays[0].input_size != in_channels)
    cursors[0]["input_size"].wrong(std::to_string(in_channels) + ", the input channels of the model");
  for (std::size_t i = 1; i < arrays.size(); ++i) {
    const LayerArray &previous = arrays[i - 1], &array = arrays[i];
    if (array.input_size != previous.channels)
      cursors[i]["input_size"].wrong(std::to_string(previous.channels) + ", the channels of layers[" +
                                     std::to_string(i - 1) + "]");
    if (previous.head.out_channels != array.head_channels()) {
      const Cursor head = cursors[i - 1]["head"];
      const Cursor place = head.is_absent() ? cursors[i - 1]["head_size"] : head["out_channels"];
      place.wrong(std::to_string(array.head_channels()) + ", the channels of the head sum of layers[" +
                  std::to_string(i) + "]");
    }
  }
}

void check_condition(const std::vector<LayerArray>& arrays, const std::vector<Cursor>& cursors,
                     const ModelPointer& condition, const Cursor& condition_dsp, int in) {
  int channels = in;
  std::string source = "the input channels of the model, which has no condition_dsp";
  if (condition) {
    if (in_channels(condition) != in)
      condition_dsp.fail("has " + std::to_string(in_channels(condition)) + " input channels; must have " +
                         std::to_string(in) + ", as the model");
    channels = out_channels(condition);
    source = "the output channels of condition_dsp";
  }
  for (std::size_t i = 0; i < arrays.size(); ++i)
    if (arrays[i].condition_size != channels)
      cursors[i]["condition_size"].wrong(std::to_string(channels) + ", " + source);
}

PostStackHead read_post_stack_head(const Cursor& cursor, int in_channels) {
  if (!cursor["in_channels"].is_absent() && cursor["in_channels"].size() != in_channels)
    cursor["in_channels"].wrong(std::to_string(in_channels) + ", the head channels of the last layer array");
  PostStackHead head{};
  head.in_channels = in_channels;
  head.kernel_sizes = cursor["kernel_sizes"].sizes();
  if (head.kernel_sizes.empty()) cursor["kernel_sizes"].wrong("an array of at least one integer");
  head.channels = cursor["channels"].size();
  head.out_channels = cursor["out_channels"].size();
  head.activation = read_activation(cursor["activation"]);
  std::set<int> widths;
  for (std::size_t block = 0; block < head.kernel_sizes.size(); ++block) widths.insert(head.width(block));
  for (const int width : widths) check_slopes(head.activation, width, cursor["activation"]);
  return head;
}

std::string channels_of(const ModelPointer& model, const char* between, const char* behind) {
  return std::to_string(in_channels(model)) + between + std::to_string(out_channels(model)) + behind;
}

}  // namespace

WaveNet Schema::read_wavenet(const Cursor& cursor, int nesting) const {
  WaveNet config{};
  config.in_channels = cursor["in_channels"].size(1);
  const Cursor layers = cursor["layers"];
  const std::vector<Cursor> entries = layers.entries("an array of layer arrays");
  if (entries.empty()) layers.wrong("an array of at least one layer array");
  for (const Cursor& entry : entries) {
    if (cursor.failed()) return config;
    config.layers.push_back(read_layer_array(entry));
  }
  if (cursor.failed()) return config;
  check_junctions(config.layers, entries, config.in_channels);
  const Cursor head = cursor["head"], condition_dsp = cursor["condition_dsp"];
  if (!condition_dsp.is_absent()) config.condition_dsp = read_model(condition_dsp, nesting + 1);
  if (cursor.failed()) return config;
  check_condition(config.layers, entries, config.condition_dsp, condition_dsp, config.in_channels);
  if (!head.is_absent()) config.head = read_post_stack_head(head, config.layers.back().head.out_channels);
  config.head_scale = cursor["head_scale"].number();
  return config;
}

Container Schema::read_container(const Cursor& cursor, int nesting) const {
  Container config;
  const Cursor submodels = cursor["submodels"];
  const std::vector<Cursor> entries = submodels.entries("an array of submodels");
  if (entries.empty()) submodels.wrong("an array of at least one submodel");
  double previous = -std::numeric_limits<double>::infinity();
  for (const Cursor& entry : entries) {
    const double max_value = entry["max_value"].number();
    if (max_value <= previous)
      entry["max_value"].wrong("greater than that of the submodel before, " + shortest(previous));
    config.submodels.push_back({max_value, nullptr});
    previous = max_value;
  }
  if (!entries.empty() && previous < 1.0)
    entries.back()["max_value"].wrong("at least 1, because the submodel is the last");
  for (std::size_t i = 0; i < entries.size() && !cursor.failed(); ++i)
    config.submodels[i].model = read_model(entries[i]["model"], nesting + 1);
  if (cursor.failed()) return config;
  const ModelPointer& first = config.submodels.front().model;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ModelPointer& model = config.submodels[i].model;
    if (in_channels(model) != in_channels(first) || out_channels(model) != out_channels(first))
      entries[i]["model"].fail("has " + channels_of(model, " input and ", " output channels; must have ") +
                               channels_of(first, " and ", ", as the first submodel"));
  }
  return config;
}

Sequential Schema::read_sequential(const Cursor& cursor, int nesting) const {
  Sequential config;
  const Cursor models = cursor["models"];
  const std::vector<Cursor> entries = models.entries("an array of models");
  if (entries.empty()) models.wrong("an array of at least one model");
  for (const Cursor& entry : entries)
    if (entry.is(Value::Kind::object) && entry["architecture"].is_missing())
      entry.fail("is no complete model; must have version, architecture, config and weights");
  for (const Cursor& entry : entries) {
    if (cursor.failed()) return config;
    config.models.push_back(read_model(entry, nesting + 1));
  }
  for (std::size_t i = 1; i < config.models.size() && !cursor.failed(); ++i) {
    const int given = out_channels(config.models[i - 1]), taken = in_channels(config.models[i]);
    if (given != taken)
      entries[i].fail("has " + std::to_string(taken) + " input channels; must have " + std::to_string(given) +
                      ", what the one before it gives");
  }
  return config;
}

Lstm read_lstm(const Cursor& cursor) {
  Lstm config{};
  config.num_layers = cursor["num_layers"].size();
  config.input_size = cursor["input_size"].size();
  config.hidden_size = cursor["hidden_size"].size();
  config.out_channels = cursor["out_channels"].size(1);
  if (cursor["in_channels"].size(config.input_size) != config.input_size)
    cursor["in_channels"].wrong(std::to_string(config.input_size) + ", the input_size");
  return config;
}

ConvNet read_convnet(const Cursor& cursor) {
  ConvNet config{};
  config.dilations = cursor["dilations"].sizes();
  if (config.dilations.empty()) cursor["dilations"].wrong("an array of at least one integer");
  config.channels = cursor["channels"].size();
  config.batchnorm = cursor["batchnorm"].boolean();
  config.activation = read_activation(cursor["activation"], true);
  config.groups = cursor["groups"].size(1);
  config.in_channels = cursor["in_channels"].size(1);
  config.out_channels = cursor["out_channels"].size(1);
  if (cursor.failed()) return config;
  check_slopes(config.activation, config.channels, cursor["activation"]);
  check_groups(cursor["groups"], config.groups,
               {{"in_channels", config.in_channels}, {"channels", config.channels}});
  return config;
}

Linear read_linear(const Cursor& cursor) {
  Linear config{};
  config.receptive_field = cursor["receptive_field"].size();
  config.bias = cursor["bias"].boolean();
  config.in_channels = cursor["in_channels"].size(1);
  config.out_channels = cursor["out_channels"].size(1);
  const int in = config.in_channels, out = config.out_channels;
  if (in != out && in != 1 && out != 1)
    cursor["out_channels"].wrong("1 or " + std::to_string(in) + ", because there are " + std::to_string(in) +
                                 " input channels");
  return config;
}

}  // namespace nam_core::detail::nam_file
