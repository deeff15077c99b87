#include "layers/film.hpp"

#include "layers/packed_conv.hpp"

namespace nam_core::detail::layers {

template <class T>
Film<T>::Film(base::WeightReader& reader, const FilmConfig& config, int condition_size, int width)
    : shift_(config.shift), inputs_(condition_size / config.groups) {
  // In the file a 1x1 convolution of the condition, the rows of all scales before those of all shifts.
  const int parts = shift_ ? 2 : 1;
  const ConvWeights conv = read_conv(reader, condition_size, parts * width, 1, config.groups, true);
  const int rows_per_group = parts * width / config.groups;
  auto weights = std::make_shared<Weights>();
  for (int r = 0; r < width; ++r) {
    const auto first = [&](int row) { return row / rows_per_group * inputs_; };
    weights->rows.push_back({first(r), shift_ ? first(width + r) : 0});
    for (int part = 0; part < parts; ++part) {
      const int row = part * width + r;
      weights->values.push_back(static_cast<T>(conv.bias(row)));
      for (int i = 0; i < inputs_; ++i) weights->values.push_back(static_cast<T>(conv.weight(row, i)));
    }
  }
  weights_ = std::move(weights);
}

template class Film<float>;
template class Film<double>;

}  // namespace nam_core::detail::layers
