// Splits rows into panels of at most kTrainingPanel rows, of nearly equal height; the higher panels come
// first.
#pragma once

namespace nam_core::detail::kernels {
namespace {

template <int R>
struct RowCount {
  static constexpr int value = R;
};

// Calls step(RowCount<height>, first row) for each panel.
template <class Step>
inline void each_panel(int rows, Step step) {
  const int panels = (rows + kTrainingPanel - 1) / kTrainingPanel;
  int first = 0;
  for (int panel = 0; panel < panels; ++panel) {
    const int left = panels - panel, count = (rows - first + left - 1) / left;
    switch (count) {
      case 1:
        step(RowCount<1>{}, first);
        break;
      case 2:
        step(RowCount<2>{}, first);
        break;
      case 3:
        step(RowCount<3>{}, first);
        break;
      default:
        step(RowCount<4>{}, first);
    }
    first += count;
  }
}

}  // namespace
}  // namespace nam_core::detail::kernels
