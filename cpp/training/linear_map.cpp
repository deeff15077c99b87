#include "training/linear_map.hpp"

#include <algorithm>

namespace nam_core::detail::training {

namespace {

using kernels::kTrainingPanel;

// Calls visit(height of the panel, first row) for each panel, in the order of training_panels.inl.hpp.
template <class Visit>
void each_panel(int rows, Visit visit) {
  const int panels = (rows + kTrainingPanel - 1) / kTrainingPanel;
  for (int panel = 0, first = 0; panel < panels; ++panel) {
    const int left = panels - panel, count = (rows - first + left - 1) / left;
    visit(count, first);
    first += count;
  }
}

int panels_of(int rows) { return (rows + kTrainingPanel - 1) / kTrainingPanel; }

}  // namespace

void LinearMap::add_term(std::ptrdiff_t offset, const std::vector<std::int32_t>& parameters) {
  offsets_.push_back(offset);
  parameters_.insert(parameters_.end(), parameters.begin(), parameters.end());
}

std::size_t LinearMap::place(std::size_t at) {
  at_ = at;
  return at + parameters_.size();
}

void LinearMap::pack(const float* parameters, float* packed) const {
  float* to = packed + at_;
  each_panel(rows_, [&](int count, int first) {
    for (int term = 0; term < terms(); ++term)
      for (int row = first; row < first + count; ++row) {
        const std::int32_t index = parameter(row, term);
        *to++ = index == kNoParameter ? 0.0f : parameters[index];
      }
  });
}

kernels::CombineArgs LinearMap::args(const float* parameters, const float* packed, const float* base) const {
  kernels::CombineArgs args{};
  args.base = base;
  args.offsets = offsets_.data();
  args.terms = terms();
  args.weights = packed + at_;
  args.bias = bias_ == kNoParameter ? nullptr : parameters + bias_;
  args.rows = rows_;
  return args;
}

ParameterGradient::ParameterGradient(const LinearMap& map, std::ptrdiff_t ones)
    : rows_(map.rows()), offsets_(map.offsets()) {
  for (int term = 0; term < map.terms(); ++term)
    for (int row = 0; row < rows_; ++row) parameters_.push_back(map.parameter(row, term));
  if (map.bias() == kNoParameter) return;
  offsets_.push_back(ones);
  for (int row = 0; row < rows_; ++row) parameters_.push_back(map.bias() + row);
}

std::size_t ParameterGradient::place(std::size_t at) {
  at_ = at;
  return at + offsets_.size() * static_cast<std::size_t>(panels_of(rows_) * kTrainingPanel);
}

kernels::OuterArgs ParameterGradient::args(const float* base, const float* rows, std::ptrdiff_t stride,
                                           float* sums) const {
  const int columns = static_cast<int>(offsets_.size());
  return {rows, stride, rows_, base, offsets_.data(), columns, 0, sums + at_};
}

void ParameterGradient::scatter(const float* sums, float* gradient) const {
  const float* from = sums + at_;
  const int columns = static_cast<int>(offsets_.size());
  each_panel(rows_, [&](int count, int first) {
    for (int column = 0; column < columns; ++column, from += kTrainingPanel)
      for (int r = 0; r < count; ++r) {
        const std::int32_t index = parameters_[static_cast<std::size_t>(column * rows_ + first + r)];
        if (index != kNoParameter) gradient[index] = from[r];
      }
  });
}

}  // namespace nam_core::detail::training
