// LSTM, ConvNet and Linear, format 9 and 15.2.
#include "oracle/oracle.hpp"
#include "oracle/parts.hpp"

namespace oracle {

namespace {

Signal gate(nam_core::ActivationKind kind, const Signal& x) { return activate({kind, {}}, x); }
Signal tanh_gate(bool fast, const Signal& x) {
  return gate(fast ? nam_core::ActivationKind::Fasttanh : nam_core::ActivationKind::Tanh, x);
}
// The plugin's approximation makes its sigmoid from its tanh (format D38).
Signal sigmoid_gate(bool fast, const Signal& x) {
  if (fast) return (tanh_gate(true, x / 2) + 1) / 2;
  return gate(nam_core::ActivationKind::Sigmoid, x);
}

}  // namespace

Signal evaluate(const nam_core::LstmConfig& config, const nam_core::ModelDescription& model,
                const Signal& input) {
  Weights weights(model.weights);
  Signal x(input.rows(), config.prewarm_frames + input.cols());  // silence, then the signal
  x << Signal::Zero(input.rows(), config.prewarm_frames), input;
  const Index units = config.hidden_size;
  for (int l = 0; l < config.num_layers; ++l) {
    const Matrix w = weights.matrix(4 * units, x.rows() + units);
    const Vector b = weights.vector(4 * units);
    Vector h = weights.vector(units), c = weights.vector(units);
    Signal out(units, x.cols());
    for (Index t = 0; t < x.cols(); ++t) {
      Vector heard(x.rows() + units);
      heard << x.col(t).matrix(), h;
      const Vector a = w * heard + b;
      const auto part = [&](Index i) -> Signal { return a.segment(i * units, units).array(); };
      const Signal i = sigmoid_gate(config.fast_tanh, part(0)), f = sigmoid_gate(config.fast_tanh, part(1));
      const Signal g = tanh_gate(config.fast_tanh, part(2)), o = sigmoid_gate(config.fast_tanh, part(3));
      c = f * c.array() + i * g;
      h = o * tanh_gate(config.fast_tanh, c.array());
      out.col(t) = h;
    }
    x = out;
  }
  // Without layers the output is the input; the head's weights are there all the same.
  const Conv head(weights, units, config.out_channels, 1, 1, 1, true);
  check_all_used(weights);
  return (config.num_layers > 0 ? head(x) : x).rightCols(input.cols());
}

Signal evaluate(const nam_core::ConvNetConfig& config, const nam_core::ModelDescription& model,
                const Signal& input) {
  Weights weights(model.weights);
  Signal x = input;
  for (const int dilation : config.dilations) {
    const Conv conv(weights, x.rows(), config.channels, 2, dilation, config.groups, !config.batchnorm);
    x = conv(x);
    if (config.batchnorm) {
      const auto values = [&] { return weights.vector(config.channels).array().eval(); };
      const Eigen::ArrayXd mean = values(), variance = values(), weight = values(), bias = values();
      const Eigen::ArrayXd scale = weight / (variance + weights.vector(1)(0)).sqrt();
      x = ((x.colwise() - mean).colwise() * scale).colwise() + bias;
    }
    x = activate(config.activation, x);
  }
  const Conv head(weights, x.rows(), config.out_channels, 1, 1, 1, true);
  check_all_used(weights);
  return head(x);
}

// Responses, the newest tap first. As many outputs as inputs share one, each channel by itself; otherwise one
// side has a single channel and the other a response per channel.
Signal evaluate(const nam_core::LinearConfig& config, const nam_core::ModelDescription& model,
                const Signal& x) {
  const Index in = config.in_channels, out = config.out_channels, taps = config.receptive_field;
  const bool each = in == out;
  Weights weights(model.weights);
  const Matrix responses = weights.matrix(each ? 1 : std::max(in, out), taps);
  const Vector bias = config.bias ? weights.vector(each ? 1 : out) : Vector(Vector::Zero(each ? 1 : out));
  check_all_used(weights);
  Matrix y = bias.replicate(out / bias.size(), x.cols());
  for (Index k = 0; k < std::min(taps, x.cols()); ++k) {
    const Index heard = x.cols() - k;
    const Matrix delayed = x.leftCols(heard);
    if (each)
      y.rightCols(heard) += responses(0, k) * delayed;
    else if (in == 1)
      y.rightCols(heard) += responses.col(k) * delayed;
    else
      y.rightCols(heard) += responses.col(k).transpose() * delayed;
  }
  return y;
}

Index receptive_field(const nam_core::LstmConfig&, const nam_core::ModelDescription&) { return 1; }
Index receptive_field(const nam_core::LinearConfig& config, const nam_core::ModelDescription&) {
  return config.receptive_field;
}
Index receptive_field(const nam_core::ConvNetConfig& config, const nam_core::ModelDescription&) {
  Index frames = 1;
  for (const int dilation : config.dilations) frames += dilation;
  return frames;
}

}  // namespace oracle
