#include "oracle/oracle.hpp"

#include <stdexcept>

namespace oracle {

Signal run(const nam_core::ModelDescription& model, const Signal& x) {
  const Index silence = receptive_field(model) - 1;
  Signal padded(x.rows(), silence + x.cols());
  padded << Signal::Zero(x.rows(), silence), x;
  return evaluate(model, padded);
}

Signal evaluate(const nam_core::ModelDescription& model, const Signal& x) {
  const Signal y = std::visit([&](const auto& config) { return evaluate(config, model, x); }, model.config);
  return y.rightCols(x.cols() - (receptive_field(model) - 1));
}

// Format 15.1. A model hears nothing before the first frame that the one before it makes.
Signal evaluate(const nam_core::SequentialConfig& config, const nam_core::ModelDescription&,
                const Signal& x) {
  if (config.prewarm_frames >= 0) throw std::logic_error("the oracle starts chains as the trainer does");
  Signal y = x;
  for (const nam_core::ModelDescription* model : config.models) y = evaluate(*model, y);
  return y;
}

Index receptive_field(const nam_core::SequentialConfig& config, const nam_core::ModelDescription&) {
  Index frames = 1;
  for (const nam_core::ModelDescription* model : config.models) frames += receptive_field(*model) - 1;
  return frames;
}

Index receptive_field(const nam_core::ModelDescription& model) {
  return std::visit([&](const auto& config) { return receptive_field(config, model); }, model.config);
}

void check_all_used(const Weights& weights) {
  if (weights.left() > 0) throw std::logic_error("the oracle leaves weights unread");
}

}  // namespace oracle
