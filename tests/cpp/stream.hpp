// An engine of one of the models, and a signal for it that is loud, fades into denormals, and is silent.
#pragma once

#include <cmath>
#include <deque>
#include <mutex>
#include <optional>

#include "engine/engine.hpp"
#include "models.hpp"

template <class T>
class Stream {
  using Settled = nam_core::detail::engine::SettledModel<T>;

 public:
  static constexpr int kMostFrames = 300;
  static constexpr int kBlocks[] = {1, 7, 16, 64, 128, 300};

  explicit Stream(const NamedModel& model) {
    std::vector<nam_core::detail::engine::Part<T>> parts;
    for (const auto& sizes : model.parts) {
      std::vector<Settled>& built = sizes.size() > 1 ? switchers_.emplace_back() : fixed_.emplace_back();
      for (const auto& size : sizes) built.emplace_back(size, "");
      const bool one = sizes.size() == 1;
      parts.push_back({&built.back(), 1.0, one ? 0 : std::max(model.receptive_field, 1000)});
    }
    const std::optional<int> prewarm = model.is_chain() ? std::optional<int>(-1) : std::nullopt;
    engine_.emplace(std::span<const nam_core::detail::engine::Part<T>>(parts), prewarm, true);
    in_.assign(static_cast<std::size_t>(engine_->in_channels()) * kMostFrames, T(0));
    out_.assign(static_cast<std::size_t>(engine_->out_channels()) * kMostFrames, T(0));
  }

  // Processes the next block; of which length and how loud, its number says. Real time, or so it should be.
  // RealtimeSanitizer, where a compiler has it, reports whatever blocks in here.
  void play(int number) [[clang::nonblocking]] {
    const int frames = kBlocks[number % 6];
    const T level = number % 40 < 20 ? T(0.5) : number % 40 < 35 ? T(1e-30) : T(0);
    for (T& sample : in_) {
      noise_ = noise_ * 1664525u + 1013904223u;
      sample = level * static_cast<T>(static_cast<std::int32_t>(noise_)) / T(2147483648.0);
    }
    engine_->process({in_.data(), kMostFrames}, {out_.data(), kMostFrames}, frames);
    if (number % 97 == 96) engine_->reset();
  }

  bool finite() const {
    for (const T sample : out_)
      if (!std::isfinite(sample)) return false;
    return true;
  }
  // From another thread than play's.
  void change_size(unsigned number) {
    if (switchers_.empty()) return;
    const std::size_t which = number % switchers_.size();
    const std::vector<Settled>& sizes = switchers_[which];
    engine_->switch_to(which, sizes[number / 7 % sizes.size()], 1.0, number % 3 * 100);
  }
  // Whether a copy was made: not while another thread is in play_behind. That thread passes `gate` when it
  // begins a block, as threads of Python pass the GIL.
  bool copy(std::mutex& gate) {
    const auto control = engine_->control();
    const std::scoped_lock closed(gate);
    if (engine_->in_use()) return false;
    engine_->copy(control);
    return true;
  }
  void play_behind(std::mutex& gate) {
    std::optional<Use> use;
    {
      const std::scoped_lock passing(gate);
      use.emplace(*engine_);
    }
    engine_->process(*use, {in_.data(), kMostFrames}, {out_.data(), kMostFrames}, kMostFrames);
  }

 private:
  using Use = typename nam_core::detail::engine::Engine<T>::Use;

  std::deque<std::vector<Settled>> switchers_, fixed_;  // the sizes of each part
  std::optional<nam_core::detail::engine::Engine<T>> engine_;
  std::vector<T> in_, out_;
  std::uint32_t noise_ = 1;
};
