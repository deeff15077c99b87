#include "layers/film.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::layers {

template <class T>
Film<T>::Film(base::WeightReader& reader, const FilmConfig& config, int condition_size, int width)
    : shift_(config.shift), inputs_(condition_size / config.groups) {
  // The file has it as a 1x1 convolution of the condition: first the rows of all scales, then of all shifts.
  const int parts = shift_ ? 2 : 1;
  const ConvWeights conv = read_conv(reader, condition_size, parts * width, 1, config.groups, true);
  auto weights = std::make_shared<Weights>();
  const int rows_per_group = parts * width / config.groups;
  const auto first = [&](int row) { return row / rows_per_group * inputs_; };
  for (int r = 0; r < width; ++r) weights->rows.push_back({first(r), shift_ ? first(width + r) : 0});

  const int terms = 1 + inputs_;
  weights->values.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(parts * terms));
  Eigen::Map<Matrix<T>> values(weights->values.data(), width, parts * terms);
  for (int part = 0; part < parts; ++part) {
    auto packed = values.middleCols(part * terms, terms);
    packed.col(0) = conv.bias.segment(part * width, width).template cast<T>();
    packed.rightCols(inputs_) = conv.weight.middleRows(part * width, width).template cast<T>();
  }
  weights_ = std::move(weights);
}

template class Film<float>;
template class Film<double>;

}  // namespace nam_core::detail::layers
