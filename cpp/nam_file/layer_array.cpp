// One entry of a WaveNet's layers (format 2.2, rules 1 to 4 and 10 of format 2.3).
#include <algorithm>
#include <set>

#include "nam_file/schema.hpp"

namespace nam_core::detail::nam_file {

namespace {

constexpr auto kLayer1x1Film = static_cast<std::size_t>(FilmPlace::layer1x1_post_film);
constexpr auto kHead1x1Film = static_cast<std::size_t>(FilmPlace::head1x1_post_film);

// One value for each layer, from an array of `count` entries or from a single value for all.
template <class Read>
auto per_layer(const Cursor& cursor, std::size_t count, Read read) {
  std::vector<decltype(read(cursor))> values;
  if (!cursor.is(Value::Kind::array)) {
    values.assign(count, read(cursor));
    return values;
  }
  const std::vector<Cursor> entries = cursor.entries("an array");
  if (entries.size() != count) {
    cursor.wrong("an array of " + std::to_string(count) + ", one entry for each of the dilations");
    return values;
  }
  for (const Cursor& entry : entries) values.push_back(read(entry));
  return values;
}

Cursor kernel_sizes(const Cursor& cursor) {
  const Cursor wanted = cursor["kernel_sizes"], legacy = cursor["kernel_size"];
  if (wanted.is_missing() && legacy.is_missing()) wanted.wrong("an array of integers >= 1");
  if (wanted.is_missing()) return legacy;
  if (!legacy.is_missing()) legacy.fail("found beside kernel_sizes; only one of the two may be given");
  return wanted;
}

GatingMode read_gating_mode(const Cursor& cursor) {
  constexpr std::string_view kNames[] = {"none", "gated", "blended"};
  if (cursor.is(Value::Kind::text))
    for (const GatingMode mode : {GatingMode::none, GatingMode::gated, GatingMode::blended})
      if (cursor.value().as_text() == kNames[static_cast<int>(mode)]) return mode;
  cursor.wrong(R"(one of "none", "gated", "blended")");
  return GatingMode::none;
}

std::vector<GatingMode> read_gating_modes(const Cursor& cursor, std::size_t count) {
  const Cursor mode = cursor["gating_mode"], legacy = cursor["gated"];
  if (!mode.is_missing()) return per_layer(mode, count, read_gating_mode);
  return std::vector<GatingMode>(count, legacy.boolean(false) ? GatingMode::gated : GatingMode::none);
}

template <class Read>
std::vector<std::optional<Activation>> read_secondary(const Cursor& cursor,
                                                      const std::vector<GatingMode>& modes, Read read) {
  const Cursor secondary = cursor["secondary_activation"];
  std::vector<Cursor> entries;
  // The legacy spelling allows Sigmoid as the only secondary activation.
  if (!secondary.is_missing() && !cursor["gating_mode"].is_missing())
    entries = per_layer(secondary, modes.size(), [](const Cursor& entry) { return entry; });
  std::vector<std::optional<Activation>> activations(modes.size());
  // The secondary activation of a layer without a pair is ignored: files have null or "" there.
  for (std::size_t i = 0; i < modes.size() && !cursor.failed(); ++i)
    if (modes[i] != GatingMode::none)
      activations[i] = entries.empty() ? Activation{ActivationName::Sigmoid, {}} : read(entries[i]);
  return activations;
}

std::vector<Layer> read_layers(const Cursor& cursor, int bottleneck) {
  const std::vector<int> dilations = cursor["dilations"].sizes();
  if (dilations.empty()) cursor["dilations"].wrong("an array of at least one integer");
  const std::size_t count = dilations.size();
  const auto read_checked = [&](const Cursor& entry) {
    Activation activation = read_activation(entry);
    check_slopes(activation, bottleneck, entry);
    return activation;
  };
  const Cursor kernels = kernel_sizes(cursor);
  std::vector<Layer> layers;
  if (cursor.failed()) return layers;
  const auto sizes = per_layer(kernels, count, [](const Cursor& entry) { return entry.size(); });
  const auto activations = per_layer(cursor["activation"], count, read_checked);
  const auto modes = read_gating_modes(cursor, count);
  const auto secondary = read_secondary(cursor, modes, read_checked);
  if (cursor.failed()) return layers;
  for (std::size_t i = 0; i < count; ++i)
    layers.push_back({sizes[i], dilations[i], activations[i], modes[i], secondary[i]});
  return layers;
}

HeadRechannel read_head(const Cursor& cursor) {
  const Cursor head = cursor["head"];
  HeadRechannel read;
  if (head.is_absent()) {
    if (cursor["head_size"].is_missing() && cursor["head_bias"].is_missing())
      head.wrong("an object with out_channels, kernel_size and bias");
    read.out_channels = cursor["head_size"].size();
    read.bias = cursor["head_bias"].boolean();
    return read;
  }
  read.out_channels = head["out_channels"].size();
  read.kernel_size = head["kernel_size"].size();
  read.bias = head["bias"].boolean();
  read.head_dilation = head["head_dilation"].size(1);
  return read;
}

std::optional<int> read_layer1x1(const Cursor& cursor) {
  if (cursor.is_missing()) return 1;
  if (!cursor["active"].boolean(true)) return std::nullopt;
  return cursor["groups"].size(1);
}

std::optional<Head1x1> read_head1x1(const Cursor& cursor) {
  if (cursor.is_missing() || !cursor["active"].boolean(false)) return std::nullopt;
  Head1x1 head;
  head.out_channels = cursor["out_channels"].size();
  head.groups = cursor["groups"].size(1);
  return head;
}

std::optional<FilmConfig> read_film(const Cursor& cursor) {
  const bool is_false = cursor.is(Value::Kind::boolean) && !cursor.value().as_boolean();
  if (cursor.is_absent() || is_false) return std::nullopt;
  if (!cursor.is(Value::Kind::object))
    cursor.wrong(R"(false, or an object such as {"active": true, "shift": true, "groups": 1})");
  // A missing key means inactive, as in the PyTorch package (format D12); exported files always have it.
  if (!cursor["active"].boolean(false)) return std::nullopt;
  FilmConfig film;
  film.shift = cursor["shift"].boolean(true);
  film.groups = cursor["groups"].size(1);
  return film;
}

// Reads how the array can be slimmed (format 7.1, 7.4, 7.5).
std::optional<Slimmable> read_slimmable(const Cursor& cursor, int channels, int bottleneck) {
  constexpr std::string_view kMethod = "slice_channels_uniform";
  if (cursor.is_absent()) return std::nullopt;
  const Cursor method = cursor["method"];
  const std::string_view name = method.is(Value::Kind::text) ? method.value().as_text() : std::string_view();
  if (method.is_absent() || (method.is(Value::Kind::text) && name.empty())) {
    if (!cursor.failed()) cursor.warn("no slimming method; the array is taken as not slimmable");
    return std::nullopt;
  }
  if (name != kMethod) method.wrong("\"" + std::string(kMethod) + "\"");
  const Cursor kwargs = cursor["kwargs"];
  if (kwargs.is_absent() || kwargs["allowed_channels"].is_absent()) return Slimmable{};
  const Cursor list = kwargs["allowed_channels"];
  const std::vector<Cursor> entries = list.entries("an array of integers >= 1");
  if (entries.empty()) list.wrong("an array of at least one integer");
  std::vector<int> allowed;
  std::set<int> seen;
  for (const Cursor& entry : entries) {
    const int size = entry.size();
    if (!seen.insert(size).second)
      entry.fail("found " + std::to_string(size) + " a second time; the entries must differ");
    if (size > channels) entry.wrong("at most " + std::to_string(channels) + ", the channels of the array");
    // An explicit list also cuts the bottleneck (format 7.4), which must not grow.
    if (size > bottleneck)
      entry.wrong("at most " + std::to_string(bottleneck) + ", the bottleneck of the array");
    allowed.push_back(size);
  }
  return Slimmable{std::move(allowed)};
}

void check_optional_parts(const LayerArray& array, const Cursor& cursor) {
  if (!array.layer1x1_groups) {
    if (array.bottleneck != array.channels)
      cursor["bottleneck"].fail("the bottleneck is " + std::to_string(array.bottleneck) +
                                " and channels is " + std::to_string(array.channels) +
                                "; they must be equal because layer1x1 is inactive");
    if (array.films[kLayer1x1Film])
      cursor[kFilmNames[kLayer1x1Film]].fail("active; must be inactive because layer1x1 is");
  }
  if (!array.head1x1 && array.films[kHead1x1Film])
    cursor[kFilmNames[kHead1x1Film]].fail("active; must be inactive because head1x1 is");
}

// A group count must divide the channels on both sides of its convolution (format 2.3, rule 2).
void check_all_groups(const LayerArray& array, const Cursor& cursor) {
  const Width condition{"condition_size", array.condition_size},
      bottleneck{"the bottleneck", array.bottleneck};
  const Width channels{"channels", array.channels};
  std::set<std::int64_t> conv_rows;
  for (const Layer& layer : array.layers) conv_rows.insert(array.conv_channels(layer));
  for (const std::int64_t rows : conv_rows) {
    const Width convolution{"the rows of the convolution", rows};
    check_groups(cursor["groups_input"], array.groups_input, {channels, convolution});
    check_groups(cursor["groups_input_mixin"], array.groups_input_mixin, {condition, convolution});
  }
  if (array.layer1x1_groups) check_groups(cursor["layer1x1"], *array.layer1x1_groups, {bottleneck, channels});
  if (array.head1x1)
    check_groups(cursor["head1x1"], array.head1x1->groups,
                 {bottleneck, {"out_channels", array.head1x1->out_channels}});
  for (std::size_t place = 0; place < kFilmPlaces; ++place)
    if (const auto& film = array.films[place])
      for (const Layer& layer : array.layers) {
        const std::int64_t rows = array.film_width(place, layer) * (film->shift ? 2 : 1);
        check_groups(cursor[kFilmNames[place]], film->groups, {condition, {"the rows of the FiLM", rows}});
      }
}

}  // namespace

LayerArray read_layer_array(const Cursor& cursor) {
  LayerArray array{};
  array.channels = cursor["channels"].size();
  array.bottleneck = cursor["bottleneck"].size(array.channels);
  array.input_size = cursor["input_size"].size();
  array.condition_size = cursor["condition_size"].size();
  array.layers = read_layers(cursor, array.bottleneck);
  array.head = read_head(cursor);
  array.groups_input = cursor["groups_input"].size(1);
  array.groups_input_mixin = cursor["groups_input_mixin"].size(1);
  array.layer1x1_groups = read_layer1x1(cursor["layer1x1"]);
  array.head1x1 = read_head1x1(cursor["head1x1"]);
  for (std::size_t place = 0; place < kFilmPlaces; ++place)
    array.films[place] = read_film(cursor[kFilmNames[place]]);
  array.slimmable = read_slimmable(cursor["slimmable"], array.channels, array.bottleneck);
  if (cursor.failed()) return array;
  check_optional_parts(array, cursor);
  check_all_groups(array, cursor);
  return array;
}

}  // namespace nam_core::detail::nam_file
