#include "oracle/oracle.hpp"

#include <stdexcept>

namespace oracle {

Signal run(const nam_core::ModelDescription& model, const Signal& x) {
  const Index silence = receptive_field(model) - 1;
  Signal padded(x.rows(), silence + x.cols());
  padded << Signal::Zero(x.rows(), silence), x;
  return evaluate(model, padded).rightCols(x.cols());
}

Signal evaluate(const nam_core::ModelDescription& model, const Signal& x) {
  return std::visit([&](const auto& config) { return evaluate(config, model, x); }, model.config);
}

Index receptive_field(const nam_core::ModelDescription& model) {
  return std::visit([&](const auto& config) { return receptive_field(config, model); }, model.config);
}

void check_all_used(const Weights& weights) {
  if (weights.left() > 0) throw std::logic_error("the oracle leaves weights unread");
}

}  // namespace oracle
