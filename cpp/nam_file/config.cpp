#include "nam_file/config.hpp"

namespace nam_core::detail::nam_file {

std::int64_t LayerArray::film_width(std::size_t place, const Layer& layer) const noexcept {
  const std::int64_t rows = conv_channels(layer);
  const std::array<std::int64_t, kFilmPlaces> widths{channels, rows,       condition_size, rows,
                                                     rows,     bottleneck, channels,       head_channels()};
  return widths[place];
}

namespace {

struct InChannels {
  int operator()(const WaveNet& config) const { return config.in_channels; }
  int operator()(const Lstm& config) const { return config.input_size; }
  int operator()(const ConvNet& config) const { return config.in_channels; }
  int operator()(const Linear& config) const { return config.in_channels; }
  int operator()(const Container& config) const { return in_channels(config.submodels.front().model); }
  int operator()(const Sequential& config) const { return in_channels(config.models.front()); }
};

struct OutChannels {
  int operator()(const WaveNet& config) const {
    return config.head ? config.head->out_channels : config.layers.back().head.out_channels;
  }
  int operator()(const Lstm& config) const { return config.out_channels; }
  int operator()(const ConvNet& config) const { return config.out_channels; }
  int operator()(const Linear& config) const { return config.out_channels; }
  int operator()(const Container& config) const { return out_channels(config.submodels.front().model); }
  int operator()(const Sequential& config) const { return out_channels(config.models.back()); }
};

}  // namespace

int in_channels(const Config& config) { return std::visit(InChannels{}, config); }
int out_channels(const Config& config) { return std::visit(OutChannels{}, config); }

}  // namespace nam_core::detail::nam_file
