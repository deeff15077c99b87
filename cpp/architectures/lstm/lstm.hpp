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
  bool last;   // of the network: keeps the hidden state of every frame, and not of the last two

  int columns() const noexcept { return input_size + hidden_size; }
  // Values of the hidden states.
  std::int64_t hidden() const noexcept { return std::int64_t{last ? base::kTile + 1 : 2} * padded; }
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
  LstmLayer(base::WeightReader& reader, const kernels::KernelTable<T>& kernels, const LstmLayerPlan& plan);

  void restore() noexcept;  // back to the start state
  void keep() noexcept;     // makes the present state the start state

  // For the kernel.
  kernels::LstmLayerArgs<T> args() noexcept;

 private:
  int input_size_, hidden_size_, padded_;
  bool last_;
  base::SharedBuffer<T> weights_;
  base::AlignedBuffer<T> hidden_;  // as the kernel wants it; row 0 is the state between blocks
  base::AlignedBuffer<T> cell_;
  base::AlignedBuffer<T> start_;  // hidden, cell
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
  std::vector<kernels::LstmLayerArgs<T>> args_;  // of each layer, filled in by process
  std::optional<layers::Conv1x1<T>> head_;       // set when its weights have been read
  base::AlignedBuffer<T> frames_;  // the last layer's output, the hidden units of a frame together
  base::PlanarBuffer<T> hidden_;   // the last layer's output, for the head
};

}  // namespace nam_core::detail::lstm
