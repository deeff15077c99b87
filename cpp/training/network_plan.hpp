// The plan of a WaveNet's training: what is computed, and where its rows lie.
//
// All rows share one time axis: frame t of every row belongs to frame t of the input. A layer's rows are
// valid from its `start` on, where its convolutions have their whole past. Gradients before that frame and
// after the outputs are exactly zero, so edges need no special case. Each item of a batch has rows of its
// own, which the forward pass writes and the backward pass reads; each thread has scratch rows for the
// backward pass.
#pragma once

#include <vector>

#include "nam_core/description.hpp"
#include "training/linear_map.hpp"

namespace nam_core::detail::training {

// Frames that all layers process before they go on to the next frames: the rows then stay in the L2 cache.
inline constexpr int kTrainingTile = 10 * kernels::kFrameStep;

struct TrainedLayer {
  int first_in, first_out;  // first frames of h and of z that are computed
  RowSet h, z, next_h;      // of the item; next_h has no rows if nothing reads it
  LinearMap conv, conv_back, layer1x1, layer1x1_back;
  ParameterGradient conv_gradient, layer1x1_gradient;
  ActivationKind activation;
  std::vector<float> activation_parameters;             // kActivationParameters per row
  std::int32_t slopes = kNoParameter, slope_count = 0;  // PReLU: one parameter, or one for each row
  std::size_t slope_sums = 0;                           // start of their gradients' sums: one for each row
};

struct TrainedArray {
  int first_in, first_head,
      first_out;            // first frames of h, of the whole head sum, and of the head's output
  RowSet h, head_sum, out;  // of the item; out: the next array's head sum, or the output
  RowSet head_gradient;     // of the thread
  LinearMap rechannel, rechannel_back, head, head_back;
  ParameterGradient rechannel_gradient, head_gradient_sums;
  std::vector<TrainedLayer> layers;
};

// Floats from `at` on that must be zero before an item's forward pass.
struct ZeroSpan {
  std::ptrdiff_t at, count;
};

// A tile of a thread's scratch rows: frame 0 is the first frame of the tile.
struct ThreadTiles {
  RowSet gradient, input_gradient;  // of h, and of an array's input
  RowSet values;                    // of the activations, and before that their gradients
  std::ptrdiff_t ones = 0;
};

// Parameters that one sum uses, as a matrix; SOAP needs matrices. `indices` are row-major.
struct ParameterMatrix {
  int rows, columns;
  std::vector<std::int32_t> indices;
};

struct NetworkPlan {
  // Plans the network for `output_frames` of output. Throws ConfigError for a config that cannot be trained
  // here: several inputs or outputs, gating, FiLM, head1x1, a layer without layer1x1, a post-stack head, the
  // approximation of tanh. Allocates.
  NetworkPlan(const WaveNetConfig& config, int output_frames);

  int output_frames, receptive_field;
  int end;  // frames of each row: the inputs, rounded up
  float head_scale;
  RowSet input, ones, output, output_gradient;
  ThreadTiles tiles;
  std::vector<TrainedArray> arrays;
  std::vector<ZeroSpan> item_zeros, thread_zeros;
  std::size_t parameters, packed_size = 0, sums_size = 0;
  std::ptrdiff_t item_size = 0, thread_size = 0;  // in floats
  std::vector<std::uint8_t> trained;              // for each parameter, whether the output depends on it
  std::vector<ParameterMatrix> matrices;          // of the trained parameters

  int input_frames() const noexcept { return receptive_field - 1 + output_frames; }
};

}  // namespace nam_core::detail::training
