#include "oracle/parts.hpp"

namespace oracle {

Conv::Conv(Weights& weights, Index in, Index out, int kernel_size, int every, int groups, bool has_bias)
    : taps(static_cast<std::size_t>(kernel_size), Matrix::Zero(out, in)),
      bias(Vector::Zero(out)),
      dilation(every) {
  const Index in_group = in / groups, out_group = out / groups;
  const Matrix all = weights.matrix(out, in_group * kernel_size);
  for (int g = 0; g < groups; ++g)
    for (int k = 0; k < kernel_size; ++k)
      taps[static_cast<std::size_t>(k)].block(g * out_group, g * in_group, out_group, in_group) =
          all(Eigen::seqN(g * out_group, out_group), Eigen::seqN(k, in_group, kernel_size));
  if (has_bias) bias = weights.vector(out);
}

Signal Conv::operator()(const Signal& x) const {
  Matrix y = bias.replicate(1, x.cols());
  Index delay = static_cast<Index>(taps.size()) * dilation;
  for (const Matrix& tap : taps) {
    delay -= dilation;
    const Index heard = std::max<Index>(x.cols() - delay, 0);
    y.rightCols(heard) += tap * x.leftCols(heard).matrix();
  }
  return y;
}

Film::Film(Weights& weights, const std::optional<nam_core::FilmConfig>& config, Index condition,
           Index width) {
  if (!config) return;
  shift = config->shift;
  conv.emplace(weights, condition, shift ? 2 * width : width, 1, 1, config->groups, true);
}

Signal Film::operator()(const Signal& x, const Signal& condition) const {
  if (!conv) return x;
  const Signal made = (*conv)(condition);
  if (!shift) return x * made;
  return x * made.topRows(x.rows()) + made.bottomRows(x.rows());
}

Signal activate(const nam_core::ActivationConfig& config, const Signal& x) {
  using Kind = nam_core::ActivationKind;
  // Parameter `j` of every channel: a file gives one set for all, or a set for each.
  const auto count = static_cast<Index>(nam_core::kParametersOf[static_cast<int>(config.kind)]);
  const auto parameter = [&](Index j) -> Signal {
    const Eigen::Map<const Signal> sets(config.parameters.data(), count,
                                        static_cast<Index>(config.parameters.size()) / count);
    const Eigen::ArrayXd one = sets.row(j).transpose();
    return one.replicate(x.rows() / one.size(), x.cols());
  };
  const auto logistic = [](const Signal& v) -> Signal { return 1 / (1 + (-v).exp()); };
  switch (config.kind) {
    case Kind::Tanh:
      return x.tanh();
    case Kind::ReLU:
      return x.max(0.0);
    case Kind::LeakyReLU:
    case Kind::PReLU:
      return (x > 0).select(x, parameter(0) * x);
    case Kind::Sigmoid:
      return logistic(x);
    case Kind::SiLU:
      return x * logistic(x);
    case Kind::Hardswish:
      return x * (x + 3).max(0.0).min(6.0) / 6;
    case Kind::LeakyHardtanh: {
      const Signal low = parameter(0), high = parameter(1);
      const Signal below = (x - low) * parameter(2) + low, above = (x - high) * parameter(3) + high;
      return (x < low).select(below, (x > high).select(above, x));
    }
    case Kind::Softsign:
      return x / (1 + x.abs());
    case Kind::Softsigmoid:
      return 0.5 * (1 + x / (1 + x.abs()));
    case Kind::Fasttanh: {
      const Signal a = x.abs(), u = x.square();
      return x * (2.45550750702956 + 2.45550750702956 * a + (0.893229853513558 + 0.821226666969744 * a) * u) /
             (2.44506634652299 + (2.44506634652299 + u) * (x + 0.814642734961073 * x * a).abs());
    }
  }
  std::abort();
}

}  // namespace oracle
