#include "layers/packed_conv.hpp"

#include <algorithm>
#include <numeric>

#include "layers/conv_weights.hpp"

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

}  // namespace

template <class T>
PackedConv<T>::PackedConv(const kernels::KernelTable<T>& kernels, const ConvWeights& conv,
                          const ConvWeights* mixin)
    : taps_are_rows_(conv.in_channels == 1),
      tap_count_(taps_are_rows_ ? 1 : conv.kernel_size),
      bias_(static_cast<std::size_t>(conv.out_channels())) {
  const int out = conv.out_channels(), in_rows = conv.in_per_group();
  const int mixin_rows = mixin ? mixin->in_per_group() : 0;
  const int rows_per_group = out / conv.groups;
  const int rows_per_mixin_group = mixin ? out / mixin->groups : out;
  const Eigen::Index terms = mixin_rows + Eigen::Index{in_rows} * conv.kernel_size;

  Eigen::Map<Vector<T>>(bias_.data(), out) = conv.bias.template cast<T>();
  weights_ = base::AlignedBuffer<T>(static_cast<std::size_t>(terms * out));
  T* w = weights_.data();
  for (const Span& span : panel_spans(out, rows_per_group, rows_per_mixin_group, kernels.max_panel_rows)) {
    panels_.push_back({w, span.first, span.rows, span.first / rows_per_mixin_group * mixin_rows, mixin_rows,
                       span.first / rows_per_group * in_rows, taps_are_rows_ ? conv.kernel_size : in_rows});
    Eigen::Map<Matrix<T>> panel(w, terms, span.rows);
    const auto pack = [&](Eigen::Index term, const auto& weight) {
      panel.middleRows(term, weight.cols()) =
          weight.middleRows(span.first, span.rows).transpose().template cast<T>();
    };
    if (mixin) pack(0, mixin->weight);
    for (int k = 0; k < conv.kernel_size; ++k) pack(mixin_rows + Eigen::Index{k} * in_rows, conv.tap(k));
    w += panel.size();
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
