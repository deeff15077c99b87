// Quantities that follow from a config alone. Python's format/quantities.py says what counts.
#pragma once

#include "nam_file/config.hpp"

namespace nam_core::detail::nam_file {

// Frames of input that influence one frame of output, the present one included (format 6.1).
std::int64_t receptive_field(const Config& config);
// Multiply-adds that one frame takes: every weight of every convolution and matrix, once.
std::int64_t macs_per_frame(const Config& config);
// Weights in the file's sense, with those of a condition_dsp and of all submodels.
std::int64_t num_parameters(const Config& config);
// Hz; of a container that does not say its own, that of a submodel.
std::optional<double> known_rate(const NamModel& model);

}  // namespace nam_core::detail::nam_file
