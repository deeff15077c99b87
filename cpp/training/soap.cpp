#include "training/soap.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "training/adam.hpp"
#include "training/parallel.hpp"

namespace nam_core::detail::training {

namespace {

// Number of renewals, from the identity on, that replace the first eigendecomposition.
constexpr int kFirstRenewals = 5;

// A matrix, row-major.
struct Matrix {
  double* data;
  int rows, columns;
  double& operator()(int r, int c) const { return data[static_cast<std::ptrdiff_t>(r) * columns + c]; }
};

// out = (a or its transpose) * (b or its transpose). The order of the additions is fixed.
enum class Form { plain, transposed };
template <Form form_a, Form form_b>
void multiply(const Matrix& a, const Matrix& b, const Matrix& out) {
  const int inner = form_a == Form::plain ? a.columns : a.rows;
  std::fill_n(out.data, static_cast<std::ptrdiff_t>(out.rows) * out.columns, 0.0);
  for (int r = 0; r < out.rows; ++r)
    for (int k = 0; k < inner; ++k) {
      const double factor = form_a == Form::plain ? a(r, k) : a(k, r);
      double* to = &out(r, 0);
      if constexpr (form_b == Form::plain) {
        const double* from = &b(k, 0);
        for (int c = 0; c < out.columns; ++c) to[c] += factor * from[c];
      } else {
        for (int c = 0; c < out.columns; ++c) to[c] += factor * b(c, k);
      }
    }
}

// Writes the orthonormal factor of the QR decomposition of `a` to `q`, by Householder reflections. Destroys
// `a`.
void orthonormalise(const Matrix& a, const Matrix& q) {
  const int n = a.rows;
  std::vector<double> scales(static_cast<std::size_t>(n));
  for (int k = 0; k < n; ++k) {
    double norm = 0.0;
    for (int r = k; r < n; ++r) norm += a(r, k) * a(r, k);
    norm = std::sqrt(norm);
    if (norm == 0.0) continue;
    a(k, k) += a(k, k) < 0 ? -norm : norm;
    double square = 0.0;
    for (int r = k; r < n; ++r) square += a(r, k) * a(r, k);
    scales[static_cast<std::size_t>(k)] = 2.0 / square;
    std::vector<double> sums(static_cast<std::size_t>(n), 0.0);
    for (int r = k; r < n; ++r)
      for (int c = k + 1; c < n; ++c) sums[static_cast<std::size_t>(c)] += a(r, k) * a(r, c);
    for (int r = k; r < n; ++r) {
      const double factor = scales[static_cast<std::size_t>(k)] * a(r, k);
      for (int c = k + 1; c < n; ++c) a(r, c) -= factor * sums[static_cast<std::size_t>(c)];
    }
  }
  for (int r = 0; r < n; ++r)
    for (int c = 0; c < n; ++c) q(r, c) = r == c;
  for (int k = n; k-- > 0;) {
    std::vector<double> sums(static_cast<std::size_t>(n), 0.0);
    for (int r = k; r < n; ++r)
      for (int c = k; c < n; ++c) sums[static_cast<std::size_t>(c)] += a(r, k) * q(r, c);
    for (int r = k; r < n; ++r) {
      const double factor = scales[static_cast<std::size_t>(k)] * a(r, k);
      for (int c = k; c < n; ++c) q(r, c) -= factor * sums[static_cast<std::size_t>(c)];
    }
  }
}

// The state of one matrix.
struct State {
  Matrix left, right, left_basis, right_basis, first, second;
  State(const ParameterMatrix& of, double* at) {
    const auto take = [&at](int rows, int columns) {
      const Matrix matrix{at, rows, columns};
      at += static_cast<std::ptrdiff_t>(rows) * columns;
      return matrix;
    };
    left = take(of.rows, of.rows), left_basis = take(of.rows, of.rows);
    right = take(of.columns, of.columns), right_basis = take(of.columns, of.columns);
    first = take(of.rows, of.columns), second = take(of.rows, of.columns);
  }
};
std::size_t state_size(const ParameterMatrix& of) {
  const auto rows = static_cast<std::size_t>(of.rows), columns = static_cast<std::size_t>(of.columns);
  return 2 * (rows * rows + columns * columns + rows * columns);
}

class MatrixStep {
 public:
  MatrixStep(const SoapSettings& settings, const ParameterMatrix& of, const float* gradient, double* state)
      : settings_(settings),
        of_(of),
        state_(of, state),
        side_(std::max(of.rows, of.columns)),
        memory_(static_cast<std::size_t>(4 * side_ * side_)) {
    for (std::size_t n = 0; n < of.indices.size(); ++n)
      scratch(0, of.rows, of.columns).data[n] = gradient[of.indices[n]];
  }

  void begin() {
    const Matrix g = scratch(0, of_.rows, of_.columns);
    multiply<Form::plain, Form::transposed>(g, g, state_.left);
    multiply<Form::transposed, Form::plain>(g, g, state_.right);
    for (const Matrix& basis : {state_.left_basis, state_.right_basis})
      for (int n = 0; n < basis.rows; ++n) basis(n, n) = 1.0;
    for (int n = 0; n < kFirstRenewals; ++n) renew();
  }

  // `step`: counted from 1.
  void run(std::int64_t step, float* parameters) {
    const Matrix g = scratch(0, of_.rows, of_.columns), half = scratch(1, of_.rows, of_.columns),
                 turned = scratch(2, of_.rows, of_.columns);
    const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(of_.rows) * of_.columns;
    const double b1 = settings_.beta1, b2 = settings_.beta2, keep = settings_.statistics;
    for (std::ptrdiff_t n = 0; n < count; ++n)
      state_.first.data[n] = b1 * state_.first.data[n] + (1.0 - b1) * g.data[n];
    turn(g, half, turned);
    for (std::ptrdiff_t n = 0; n < count; ++n)
      state_.second.data[n] = b2 * state_.second.data[n] + (1.0 - b2) * turned.data[n] * turned.data[n];
    turn(state_.first, half, turned);
    const double correction1 = 1.0 - whole_power(b1, step), correction2 = 1.0 - whole_power(b2, step);
    for (std::ptrdiff_t n = 0; n < count; ++n)
      turned.data[n] =
          turned.data[n] / correction1 / (std::sqrt(state_.second.data[n] / correction2) + settings_.epsilon);
    multiply<Form::plain, Form::plain>(state_.left_basis, turned, half);
    multiply<Form::plain, Form::transposed>(half, state_.right_basis, turned);
    for (std::size_t n = 0; n < of_.indices.size(); ++n)
      parameters[of_.indices[n]] -= static_cast<float>(settings_.rate * turned.data[n]);

    const Matrix left = scratch(1, of_.rows, of_.rows), right = scratch(2, of_.columns, of_.columns);
    multiply<Form::plain, Form::transposed>(g, g, left);
    multiply<Form::transposed, Form::plain>(g, g, right);
    mix(state_.left, left, keep);
    mix(state_.right, right, keep);
  }

  // One step of orthogonal iteration on both sides, in the order of the current eigenvalues.
  void renew() {
    renew(state_.left, state_.left_basis, true);
    renew(state_.right, state_.right_basis, false);
  }

 private:
  Matrix scratch(int number, int rows, int columns) {
    return {memory_.data() + static_cast<std::ptrdiff_t>(number) * side_ * side_, rows, columns};
  }
  static void mix(const Matrix& kept, const Matrix& added, double keep) {
    for (std::ptrdiff_t n = 0; n < static_cast<std::ptrdiff_t>(kept.rows) * kept.columns; ++n)
      kept.data[n] = keep * kept.data[n] + (1.0 - keep) * added.data[n];
  }
  // Transforms into the eigenbases.
  void turn(const Matrix& from, const Matrix& half, const Matrix& to) const {
    multiply<Form::transposed, Form::plain>(state_.left_basis, from, half);
    multiply<Form::plain, Form::plain>(half, state_.right_basis, to);
  }
  void renew(const Matrix& statistics, const Matrix& basis, bool is_left) {
    const int n = basis.rows;
    const Matrix product = scratch(1, n, n), sorted = scratch(2, n, n);
    multiply<Form::plain, Form::plain>(statistics, basis, product);
    std::vector<double> values(static_cast<std::size_t>(n), 0.0);
    for (int r = 0; r < n; ++r)
      for (int c = 0; c < n; ++c) values[static_cast<std::size_t>(c)] += basis(r, c) * product(r, c);
    std::vector<int> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
      return values[static_cast<std::size_t>(a)] > values[static_cast<std::size_t>(b)];
    });
    for (int r = 0; r < n; ++r)
      for (int c = 0; c < n; ++c) sorted(r, c) = product(r, order[static_cast<std::size_t>(c)]);
    orthonormalise(sorted, basis);
    // The second moments follow the basis vectors into their new order.
    const Matrix moved = scratch(3, of_.rows, of_.columns);
    for (int r = 0; r < of_.rows; ++r)
      for (int c = 0; c < of_.columns; ++c)
        moved(r, c) = is_left ? state_.second(order[static_cast<std::size_t>(r)], c)
                              : state_.second(r, order[static_cast<std::size_t>(c)]);
    std::copy_n(moved.data, static_cast<std::ptrdiff_t>(of_.rows) * of_.columns, state_.second.data);
  }

  const SoapSettings& settings_;
  const ParameterMatrix& of_;
  State state_;
  std::ptrdiff_t side_;
  std::vector<double> memory_;
};

}  // namespace

std::size_t soap_state_size(std::span<const ParameterMatrix> matrices) {
  std::size_t size = 0;
  for (const ParameterMatrix& matrix : matrices) size += state_size(matrix);
  return size;
}

void soap_step(const SoapSettings& settings, std::int64_t step, std::span<const ParameterMatrix> matrices,
               const float* gradient, int threads, double* state, float* parameters) {
  std::vector<double*> places;
  for (const ParameterMatrix& matrix : matrices) {
    places.push_back(state);
    state += state_size(matrix);
  }
  each_item(static_cast<int>(matrices.size()), threads, [&](int index, int) {
    const auto n = static_cast<std::size_t>(index);
    MatrixStep matrix(settings, matrices[n], gradient, places[n]);
    if (step == 1) return matrix.begin();
    matrix.run(step - 1, parameters);
    // The renewals of different matrices are spread over the steps.
    if (step % settings.renewal == index % settings.renewal) matrix.renew();
  });
}

}  // namespace nam_core::detail::training
