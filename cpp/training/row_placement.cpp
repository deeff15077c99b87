#include "training/row_placement.hpp"

#include <algorithm>

#include "base/planar.hpp"

namespace nam_core::detail::training {

namespace {

using kernels::kFrameStep;

constexpr int down(int frame) { return frame / kFrameStep * kFrameStep; }

class Placement {
 public:
  Placement(NetworkPlan& plan, const WaveNetConfig& config) : plan_(plan), config_(config) {}

  void place() {
    plan_.input = item_rows(1, 0, plan_.end);
    plan_.ones = item_rows(1, 0, plan_.end);
    const int end = plan_.end;
    int start = 0, head_start = 0, channels = 1, bottleneck = 1;
    plan_.arrays.resize(config_.layers.size());
    for (std::size_t a = 0; a < plan_.arrays.size(); ++a) {
      const LayerArrayConfig& from = config_.layers[a];
      TrainedArray& array = plan_.arrays[a];
      channels = std::max(channels, from.channels), bottleneck = std::max(bottleneck, from.bottleneck);
      array.first_in = down(start);
      array.h = h_rows(from.channels, start);
      RowSet h = array.h;
      for (std::size_t j = 0; j < from.layers.size(); ++j) {
        TrainedLayer& layer = array.layers.emplace_back();
        const int lookback = (from.layers[j].kernel_size - 1) * from.layers[j].dilation;
        layer.h = h;
        layer.first_in = down(start);
        layer.first_out = down(start + lookback);
        // The backward pass reads z from `first_in` on, and up to `lookback` frames past the end.
        layer.z = item_rows(from.bottleneck, layer.first_in, end + lookback);
        zero(plan_.item_zeros, layer.z, layer.first_in, layer.first_out);
        zero(plan_.item_zeros, layer.z, end, end + lookback);
        start += lookback;
        const bool unread = j + 1 == from.layers.size() && a + 1 == plan_.arrays.size();
        if (!unread) layer.next_h = h = h_rows(from.channels, start);
      }
      head_start = std::max(head_start, start);
      array.first_head = down(head_start);
      array.head_sum = item_rows(from.bottleneck, array.first_head - kFrameStep, end);
      zero(plan_.item_zeros, array.head_sum, array.first_head - kFrameStep, array.first_head);
      head_start += (from.head_kernel_size - 1) * from.head_dilation;
      array.first_out = down(head_start);
      // In the backward pass, the head before this array reads ahead by its lookback.
      const int ahead = a == 0 ? 0 : head_lookback(a - 1);
      const int first = head_start_before(a);
      array.head_gradient = rows_at(thread_, from.bottleneck, first, end + ahead);
      zero(plan_.thread_zeros, array.head_gradient, first, array.first_head);
      zero(plan_.thread_zeros, array.head_gradient, end, end + ahead);
    }
    plan_.output = item_rows(1, plan_.arrays.back().first_out, end);
    const int ahead = head_lookback(plan_.arrays.size() - 1);
    plan_.output_gradient = item_rows(1, plan_.arrays.back().first_head, end + ahead);
    plan_.arrays.back().out = plan_.output;
    for (std::size_t a = 0; a + 1 < plan_.arrays.size(); ++a) {
      plan_.arrays[a].out = plan_.arrays[a + 1].head_sum;
      plan_.arrays[a].first_out = plan_.arrays[a + 1].first_head;
    }
    for (RowSet* tile : {&plan_.tiles.gradient, &plan_.tiles.input_gradient})
      *tile = rows_at(thread_, channels, 0, kTrainingTile);
    plan_.tiles.values = rows_at(thread_, bottleneck, 0, kTrainingTile);
    plan_.tiles.ones = rows_at(thread_, 1, 0, kTrainingTile).at;
    plan_.item_size = item_;
    plan_.thread_size = thread_;
  }

 private:
  RowSet rows_at(std::ptrdiff_t& cursor, int rows, int first, int end) {
    const std::ptrdiff_t stride = base::row_stride<float>(end - first);
    const RowSet set{cursor - first, stride, rows};
    cursor += rows * stride;
    return set;
  }
  RowSet item_rows(int rows, int first, int end) { return rows_at(item_, rows, first, end); }
  static void zero(std::vector<ZeroSpan>& spans, const RowSet& set, int first, int end) {
    for (int r = 0; r < set.rows && first < end; ++r) spans.push_back({set[r] + first, end - first});
  }
  // The rows start with kFrameStep zero frames, because frames before `start` are read.
  RowSet h_rows(int channels, int start) {
    const RowSet h = item_rows(channels, down(start) - kFrameStep, plan_.end);
    zero(plan_.item_zeros, h, down(start) - kFrameStep, down(start));
    return h;
  }
  int head_lookback(std::size_t a) const {
    return (config_.layers[a].head_kernel_size - 1) * config_.layers[a].head_dilation;
  }
  // First frame at which the gradient of an array's head sum is read: by its layers, or by the head before
  // it.
  int head_start_before(std::size_t a) const {
    const int own = plan_.arrays[a].first_head;
    return a == 0 ? own : std::min(own, plan_.arrays[a - 1].first_head);
  }

  NetworkPlan& plan_;
  const WaveNetConfig& config_;
  std::ptrdiff_t item_ = 0, thread_ = 0;
};

}  // namespace

void place_rows(NetworkPlan& plan, const WaveNetConfig& config) { Placement(plan, config).place(); }

}  // namespace nam_core::detail::training
