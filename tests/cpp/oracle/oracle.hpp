// A second engine, to disagree with the first: every architecture in float64, as Eigen expressions over whole
// signals, as docs/file-format.md has it. Slow and short on purpose.
#pragma once

#include "nam_core/description.hpp"
#include "oracle/signal.hpp"

namespace oracle {

// The model's output (channels, frames) for a signal that begins from silence (format 6.2).
Signal run(const nam_core::ModelDescription& model, const Signal& x);

// The output for the frames of x that have a whole receptive field before them: receptive_field - 1 fewer
// than x has. The overloads may return more; what comes before these frames is then not what the model means.
Signal evaluate(const nam_core::ModelDescription& model, const Signal& x);
Signal evaluate(const nam_core::WaveNetConfig& config, const nam_core::ModelDescription& model,
                const Signal& x);
Signal evaluate(const nam_core::LstmConfig& config, const nam_core::ModelDescription& model, const Signal& x);
Signal evaluate(const nam_core::ConvNetConfig& config, const nam_core::ModelDescription& model,
                const Signal& x);
Signal evaluate(const nam_core::LinearConfig& config, const nam_core::ModelDescription& model,
                const Signal& x);
Signal evaluate(const nam_core::SequentialConfig& config, const nam_core::ModelDescription& model,
                const Signal& x);

// Frames that influence one output frame, the present one included (format 6.1).
Index receptive_field(const nam_core::ModelDescription& model);
Index receptive_field(const nam_core::WaveNetConfig& config, const nam_core::ModelDescription& model);
Index receptive_field(const nam_core::LstmConfig& config, const nam_core::ModelDescription& model);
Index receptive_field(const nam_core::ConvNetConfig& config, const nam_core::ModelDescription& model);
Index receptive_field(const nam_core::LinearConfig& config, const nam_core::ModelDescription& model);
Index receptive_field(const nam_core::SequentialConfig& config, const nam_core::ModelDescription& model);

// Throws std::logic_error unless every weight of the file was read (format 1.5).
void check_all_used(const Weights& weights);

}  // namespace oracle
