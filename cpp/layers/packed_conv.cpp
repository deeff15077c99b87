#include "layers/packed_conv.hpp"

#include <algorithm>
#include <numeric>

namespace nam_core::detail::layers {

namespace {

// Output rows [first, first + rows) that read the same input and condition rows.
struct Span {
  int first, rows;
};

// Cuts `out` rows at the borders of both groupings, and then into even panels of at most `most` rows.
std::vector<Span> panel_spans(int out, int rows_per_group, int rows_per_mixin_group, int most) {
  const int step = std::gcd(rows_per_group, rows_per_mixin_group);
  std::vector<Span> spans;
  for (int start = 0; start < out;) {
    int end = start + step;
    // Neighbouring pieces within one group of both kinds belong together.
    while (end < out && end % rows_per_group != 0 && end % rows_per_mixin_group != 0) end += step;
    int panels = (end - start + most - 1) / most;
    for (; panels > 0; --panels) {
      const int rows = (end - start + panels - 1) / panels;
      spans.push_back({start, rows});
      start += rows;
    }
  }
  return spans;
}

void check_groups(int in, int out, int groups) {
  if (groups < 1 || in % groups != 0 || out % groups != 0)
    throw ConfigError("channels " + std::to_string(in) + " and " + std::to_string(out) +
                      " are not divisible by groups " + std::to_string(groups));
}

}  // namespace

ConvWeights read_conv(base::WeightReader& reader, int in_channels, int out_channels, int kernel_size,
                      int groups, bool bias) {
  check_groups(in_channels, out_channels, groups);
  ConvWeights conv{in_channels, kernel_size, groups, {}, {}};
  conv.weight = reader.matrix(out_channels, static_cast<std::ptrdiff_t>(in_channels / groups) * kernel_size);
  conv.bias = bias ? reader.vector(out_channels) : Vector<double>::Zero(out_channels);
  return conv;
}

ConvWeights fold(const ConvWeights& first, const ConvWeights& conv) {
  const int out = static_cast<int>(conv.bias.size());
  const int rows = conv.in_channels / conv.groups;
  ConvWeights folded{first.in_channels, conv.kernel_size, 1, {}, conv.bias};
  folded.weight =
      Matrix<double>::Zero(out, static_cast<std::ptrdiff_t>(first.in_channels) * conv.kernel_size);
  // Written out, as a matrix product may sum in another order elsewhere, and every machine is to have these
  // bits.
  for (int o = 0; o < out; ++o) {
    const int group = o / (out / conv.groups);
    for (int j = 0; j < first.in_channels; ++j)
      for (int k = 0; k < conv.kernel_size; ++k)
        for (int i = 0; i < rows; ++i)
          folded.weight(o, j * conv.kernel_size + k) +=
              conv.weight(o, i * conv.kernel_size + k) * first.weight(group * rows + i, j);
  }
  return folded;
}

template <class T>
PackedConv<T>::PackedConv(const kernels::KernelTable<T>& kernels, const ConvWeights& conv,
                          const ConvWeights* mixin)
    : taps_are_rows_(conv.in_channels == 1),
      tap_count_(taps_are_rows_ ? 1 : conv.kernel_size),
      bias_(static_cast<std::size_t>(conv.bias.size())) {
  const int out = static_cast<int>(conv.bias.size());
  const int in_rows = conv.in_channels / conv.groups;
  const int mixin_rows = mixin ? mixin->in_channels / mixin->groups : 0;
  const int rows_per_group = out / conv.groups;
  const int rows_per_mixin_group = mixin ? out / mixin->groups : out;
  const std::ptrdiff_t terms = mixin_rows + static_cast<std::ptrdiff_t>(in_rows) * conv.kernel_size;

  Eigen::Map<Vector<T>>(bias_.data(), out) = conv.bias.template cast<T>();
  weights_ = base::AlignedBuffer<T>(static_cast<std::size_t>(terms * out));
  T* w = weights_.data();
  for (const Span& span : panel_spans(out, rows_per_group, rows_per_mixin_group, kernels.max_panel_rows)) {
    panels_.push_back({w, span.first, span.rows, span.first / rows_per_mixin_group * mixin_rows, mixin_rows,
                       span.first / rows_per_group * in_rows, taps_are_rows_ ? conv.kernel_size : in_rows});
    for (int i = 0; i < mixin_rows; ++i)
      for (int r = 0; r < span.rows; ++r) *w++ = static_cast<T>(mixin->weight(span.first + r, i));
    for (int k = 0; k < conv.kernel_size; ++k)
      for (int i = 0; i < in_rows; ++i)
        for (int r = 0; r < span.rows; ++r)
          *w++ = static_cast<T>(conv.weight(span.first + r, i * conv.kernel_size + k));
  }
}

template <class T>
int PackedConv<T>::panel_rows() const noexcept {
  const int rows = panels_.front().rows;
  const auto as_tall = [&](const auto& panel) { return panel.rows == rows; };
  return std::all_of(panels_.begin(), panels_.end(), as_tall) ? rows : 0;
}

template class PackedConv<float>;
template class PackedConv<double>;

}  // namespace nam_core::detail::layers
