// Quantities that follow from a config alone, defined as in Python's format/quantities.py.
#pragma once

#include "nam_file/config.hpp"

namespace nam_core::detail::nam_file {

// Frames of input that influence one frame of output, including the current one (format 6.1).
std::int64_t receptive_field(const Config& config);
// Multiply-adds for one frame: one for every weight of every convolution and matrix.
std::int64_t macs_per_frame(const Config& config);
// Number of weights in the file's order, including those of a condition_dsp and of all submodels.
std::int64_t num_parameters(const Config& config);
// The sample rate in Hz; for a container that does not state one, the rate of a submodel.
std::optional<double> known_rate(const NamModel& model);

}  // namespace nam_core::detail::nam_file
