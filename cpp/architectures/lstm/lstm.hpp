// The LSTM architecture (format 9.1).
#pragma once

#include <optional>

#include "base/model.hpp"
#include "base/plan.hpp"
#include "base/weight_reader.hpp"
#include "layers/conv1x1.hpp"
#include "layers/rows.hpp"
#include "nam_core/description.hpp"

namespace nam_core::detail::lstm {

using base::Block;
using base::ConstRows;
using base::Rows;

struct LstmLayerPlan {
  int input_size, hidden_size;
  int padded;  // hidden_size up to a multiple of the lanes

  int columns() const noexcept { return input_size + hidden_size; }
  // Values: four gates of each column, and of the bias.
  std::int64_t weights() const noexcept { return (columns() + std::int64_t{1}) * 4 * padded; }
};

struct LstmPlan {
  const LstmConfig* config;
  std::vector<LstmLayerPlan> layers;
  layers::ConvPlan head;
};

// The plan refers to `config`, which must outlive it. Allocates.
LstmPlan plan_lstm(const LstmConfig& config, base::VectorUnit unit);

// One layer: weights shared, hidden and cell state of its own.
template <class T>
class LstmLayer {
 public:
  // What it allocates.
  static base::Bytes bytes(const LstmLayerPlan& plan);

  // Reads weights and start state. Throws WeightError. Allocates.
  LstmLayer(base::WeightReader& reader, const LstmLayerPlan& plan);

  // Values per frame of the output: hidden_size up to a multiple of the lanes.
  int padded() const noexcept { return padded_; }

  void restore() noexcept;  // back to the start state
  void keep() noexcept;     // makes the present state the start state

  // Frame t reads input_size values at in + t * in_stride and writes padded() values at out + t * padded().
  // Real time.
  void process(const Block<T>& block, bool fast_tanh, const T* in, std::ptrdiff_t in_stride, T* out) noexcept;

 private:
  int input_size_, hidden_size_, padded_;
  base::SharedBuffer<T> weights_;         // columns, then the bias
  base::AlignedBuffer<T> state_, start_;  // hidden, cell
  base::AlignedBuffer<T> gates_;
};

template <class T>
class Lstm final : public base::Model<T> {
 public:
  // What it runs, and the bytes that it takes.
  static void add_steps(const LstmPlan& plan, base::Plan& to);

  // Reads all of `weights`. Throws WeightError. Allocates.
  Lstm(const base::Reach& reach, const kernels::KernelTable<T>& kernels, const LstmPlan& plan,
       base::WeightReader weights);

  void process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept override;
  void reset(const kernels::KernelTable<T>& kernels) noexcept override;
  int in_channels() const noexcept override { return config_.input_size; }
  int out_channels() const noexcept override { return config_.out_channels; }
  std::unique_ptr<base::Model<T>> clone() const override { return std::make_unique<Lstm>(*this); }

 private:
  LstmConfig config_;
  std::vector<LstmLayer<T>> layers_;
  std::optional<layers::Conv1x1<T>> head_;  // set when its weights have been read
  base::AlignedBuffer<T> in_frames_;        // the block with each frame's channels together
  base::AlignedBuffer<T> frames_[2];        // layer outputs, each frame's hidden units together
  base::PlanarBuffer<T> hidden_;            // the last layer's output, planar, for the head
};

}  // namespace nam_core::detail::lstm
