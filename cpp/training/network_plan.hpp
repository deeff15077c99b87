// What training a WaveNet computes, and where its rows lie.
//
// All rows have one axis of time: frame t of every row belongs to frame t of the input. The rows of a layer
// are meaningful from its `start` on, when its convolutions have heard enough; before it, and behind the
// outputs, gradients are exactly zero, so there is no edge that would need care. Each item of a batch has
// rows of its own, which are kept from the way forward to the way back; each thread has some for the way
// back.
#pragma once

#include <vector>

#include "nam_core/description.hpp"
#include "training/linear_map.hpp"

namespace nam_core::detail::training {

// Frames that all layers are run for before the next ones: their rows then come from the L2 cache.
inline constexpr int kTrainingTile = 10 * kernels::kFrameStep;

struct TrainedLayer {
  int first_in, first_out;  // first frames that are computed of h and of z
  RowSet h, z, next_h;      // of the item; next_h: no rows where nobody reads it
  LinearMap conv, conv_back, layer1x1, layer1x1_back;
  ParameterGradient conv_gradient, layer1x1_gradient;
  ActivationKind activation;
  std::vector<float> activation_parameters;             // kActivationParameters per row
  std::int32_t slopes = kNoParameter, slope_count = 0;  // PReLU's: one parameter, or one per row
  std::size_t slope_sums = 0;                           // where the sums of their gradients lie: one per row
};

struct TrainedArray {
  int first_in, first_head,
      first_out;            // first frames of h, of the whole head sum, and of what the head puts out
  RowSet h, head_sum, out;  // of the item; out: the next array's head sum, or the output
  RowSet head_gradient;     // of the thread
  LinearMap rechannel, rechannel_back, head, head_back;
  ParameterGradient rechannel_gradient, head_gradient_sums;
  std::vector<TrainedLayer> layers;
};

// Floats from `at` on that must be zero before an item goes its way.
struct ZeroSpan {
  std::ptrdiff_t at, count;
};

// A tile of rows of a thread: frame 0 is the tile's first.
struct ThreadTiles {
  RowSet gradient, input_gradient;  // of h, and of the input of an array
  RowSet values;                    // of activations, and before that the gradients of these
  std::ptrdiff_t ones = 0;
};

// Parameters that are summed together, as a matrix (for optimisers that know of matrices): `indices` row by
// row.
struct ParameterMatrix {
  int rows, columns;
  std::vector<std::int32_t> indices;
};

struct NetworkPlan {
  // The network for `output_frames` of output. Throws ConfigError for what cannot be trained here: several
  // inputs or outputs, gating, FiLM, head1x1, no layer1x1, a post-stack head, the approximation of tanh.
  // Allocates.
  NetworkPlan(const WaveNetConfig& config, int output_frames);

  int output_frames, receptive_field;
  int end;  // frames of the rows: inputs, rounded up
  float head_scale;
  RowSet input, ones, output, output_gradient;
  ThreadTiles tiles;
  std::vector<TrainedArray> arrays;
  std::vector<ZeroSpan> item_zeros, thread_zeros;
  std::size_t parameters, packed_size = 0, sums_size = 0;
  std::ptrdiff_t item_size = 0, thread_size = 0;  // in floats
  std::vector<std::uint8_t> trained;              // by parameter: whether the output depends on it
  std::vector<ParameterMatrix> matrices;          // of the trained parameters

  int input_frames() const noexcept { return receptive_field - 1 + output_frames; }
};

}  // namespace nam_core::detail::training
