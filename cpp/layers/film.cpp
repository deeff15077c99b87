#include "layers/film.hpp"

#include "layers/conv_weights.hpp"

namespace nam_core::detail::layers {

template <class T>
base::Bytes Film<T>::bytes(const FilmShape& shape) {
  base::Bytes bytes{base::SharedBuffer<kernels::FilmRow>::bytes(shape.width)};
  bytes += {base::SharedBuffer<T>::bytes(shape.weights())};
  return bytes;
}

template <class T>
Film<T>::Film(base::WeightReader& reader, const FilmShape& shape)
    : shift_(shape.config.shift),
      inputs_(shape.inputs()),
      rows_(static_cast<std::size_t>(shape.width)),
      values_(static_cast<std::size_t>(shape.weights())) {
  // In the file this is a 1x1 convolution of the condition: the rows of all scales, then those of all shifts.
  const int width = shape.width, parts = shape.factors();
  const ConvWeights conv =
      read_conv(reader, shape.condition_size, parts * width, 1, shape.config.groups, true);
  const int rows_per_group = parts * width / shape.config.groups;
  const auto first = [&](int row) { return row / rows_per_group * inputs_; };
  for (int r = 0; r < width; ++r) rows_.data()[r] = {first(r), shift_ ? first(width + r) : 0};

  const int terms = 1 + inputs_;
  Eigen::Map<Matrix<T>> values(values_.data(), width, parts * terms);
  for (int part = 0; part < parts; ++part) {
    auto packed = values.middleCols(part * terms, terms);
    packed.col(0) = conv.bias.segment(part * width, width).template cast<T>();
    packed.rightCols(inputs_) = conv.weight.middleRows(part * width, width).template cast<T>();
  }
}

template class Film<float>;
template class Film<double>;

}  // namespace nam_core::detail::layers
