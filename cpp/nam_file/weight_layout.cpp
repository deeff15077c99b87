#include "nam_file/weight_layout.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace nam_core::detail::nam_file {

namespace {

using base::add_bytes;
using base::times;

struct Parts {
  const std::function<bool(const WeightPart&)>& each;
  bool going = true;

  void add(std::string name, std::int64_t rows) { add({std::move(name), {rows, 1, 1}, 1}); }
  void add(std::string name, std::int64_t rows, std::int64_t columns) {
    add({std::move(name), {rows, columns, 1}, 2});
  }
  void add(const WeightPart& part) { going = going && each(part); }
  void convolution(const std::string& name, std::int64_t out, std::int64_t inner, std::int64_t kernel_size,
                   bool bias) {
    add({name + ".weight", {out, inner, kernel_size}, 3});
    if (bias) add(name + ".bias", out);
  }

  void layer(const std::string& prefix, std::size_t number, const LayerArray& array, const Layer& layer) {
    const std::string j = "[" + std::to_string(number) + "]";
    const std::int64_t rows = array.conv_channels(layer);
    convolution(prefix + ".conv" + j, rows, array.channels / array.groups_input, layer.kernel_size, true);
    convolution(prefix + ".input_mixin" + j, rows, array.condition_size / array.groups_input_mixin, 1, false);
    if (array.layer1x1_groups)
      convolution(prefix + ".layer1x1" + j, array.channels, array.bottleneck / *array.layer1x1_groups, 1,
                  true);
    if (array.head1x1)
      convolution(prefix + ".head1x1" + j, array.head1x1->out_channels,
                  array.bottleneck / array.head1x1->groups, 1, true);
    for (std::size_t place = 0; place < kFilmPlaces; ++place)
      if (const auto& film = array.films[place])
        convolution(prefix + "." + kFilmNames[place] + j,
                    array.film_width(place, layer) * (film->shift ? 2 : 1),
                    array.condition_size / film->groups, 1, true);
  }
  void operator()(const WaveNet& config) {
    for (std::size_t i = 0; i < config.layers.size() && going; ++i) {
      const LayerArray& array = config.layers[i];
      const std::string prefix = "layers[" + std::to_string(i) + "]";
      convolution(prefix + ".rechannel", array.channels, array.input_size, 1, false);
      for (std::size_t j = 0; j < array.layers.size() && going; ++j) layer(prefix, j, array, array.layers[j]);
      const HeadRechannel& head = array.head;
      convolution(prefix + ".head", head.out_channels, array.head_channels(), head.kernel_size, head.bias);
    }
    if (config.head)
      for (std::size_t r = 0; r < config.head->kernel_sizes.size() && going; ++r)
        convolution("head[" + std::to_string(r) + "]", config.head->width(r + 1), config.head->width(r),
                    config.head->kernel_sizes[r], true);
    add("head_scale", 1);
  }
  void lstm_layer(const Lstm& config, int index) {
    const std::int64_t hidden = config.hidden_size;
    const std::string prefix = "layers[" + std::to_string(index) + "].";
    // Rows are the gates i, f, g, o, hidden_size of each; columns the input, then the hidden state.
    add(prefix + "weight", 4 * hidden, (index > 0 ? hidden : config.input_size) + hidden);
    add(prefix + "bias", 4 * hidden);
    add(prefix + "initial_hidden", hidden);
    add(prefix + "initial_cell", hidden);
  }
  void operator()(const Lstm& config) {
    for (int index = 0; index < config.num_layers && going; ++index) lstm_layer(config, index);
    add("head.weight", config.out_channels, config.hidden_size);
    add("head.bias", config.out_channels);
  }
  void operator()(const ConvNet& config) {
    for (std::size_t b = 0; b < config.dilations.size() && going; ++b) {
      const std::string prefix = "blocks[" + std::to_string(b) + "].";
      const int inner = (b > 0 ? config.channels : config.in_channels) / config.groups;
      convolution(prefix + "conv", config.channels, inner, 2, !config.batchnorm);
      if (!config.batchnorm) continue;
      for (const char* name : {"running_mean", "running_var", "weight", "bias"})
        add(prefix + "batchnorm." + name, config.channels);
      add(prefix + "batchnorm.eps", 1);
    }
    convolution("head", config.out_channels, config.channels, 1, true);
  }
  void operator()(const Linear& config) {
    const bool shared = config.shares_response();
    const int out = shared ? 1 : config.out_channels;
    add({"weight", {out, shared ? 1 : config.in_channels, config.receptive_field}, 3});
    if (config.bias) add("bias", out);
  }
  void operator()(const Container&) {}
  void operator()(const Sequential&) {}
};

}  // namespace

std::int64_t WeightPart::count() const noexcept { return times(times(shape[0], shape[1]), shape[2]); }

void for_each_part(const Config& config, const std::function<bool(const WeightPart&)>& each) {
  std::visit(Parts{each}, config);
}

std::int64_t count_weights(const Config& config) {
  std::int64_t sum = 0;
  const std::function<bool(const WeightPart&)> add = [&](const WeightPart& part) {
    sum = add_bytes(sum, part.count());
    return true;
  };
  const auto* lstm = std::get_if<Lstm>(&config);
  if (!lstm) {
    for_each_part(config, add);
    return sum;
  }
  // Of all sizes, only num_layers is also a number of parts, so a file could make the loop above take long.
  // All layers but the first are alike.
  Parts other{add};
  other.lstm_layer(*lstm, 1);
  sum = times(sum, lstm->num_layers - 1);
  Lstm one = *lstm;
  one.num_layers = 1;
  for_each_part(one, add);
  return sum;
}

std::optional<std::string> check_weights(const Config& config, std::size_t got) {
  const std::int64_t expected = count_weights(config), found = static_cast<std::int64_t>(got);
  if (found == expected) return std::nullopt;
  std::int64_t used = 0;
  std::string name;
  for_each_part(config, [&](const WeightPart& part) {
    used = add_bytes(used, part.count());
    name = part.name;
    return used <= found;
  });
  const std::string where = found < expected
                                ? "they run out in " + name
                                : std::to_string(found - expected) + " are left over after " + name;
  return "found " + std::to_string(found) + " weights; the config needs " + std::to_string(expected) + ": " +
         where;
}

std::vector<float> slice_weights(const Config& full, const Config& slim, const std::vector<float>& weights) {
  std::vector<WeightPart> from;
  for_each_part(full, [&](const WeightPart& part) { return from.push_back(part), true; });
  std::vector<float> sliced;
  sliced.reserve(static_cast<std::size_t>(count_weights(slim)));
  std::size_t index = 0;
  const float* first = weights.data();
  for_each_part(slim, [&](const WeightPart& part) {
    const auto& whole = from[index++].shape;
    for (std::int64_t o = 0; o < part.shape[0]; ++o)
      for (std::int64_t i = 0; i < part.shape[1]; ++i) {
        const float* taps = first + (o * whole[1] + i) * whole[2];
        sliced.insert(sliced.end(), taps, taps + part.shape[2]);
      }
    first += whole[0] * whole[1] * whole[2];
    return true;
  });
  return sliced;
}

}  // namespace nam_core::detail::nam_file
