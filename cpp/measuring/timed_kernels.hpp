// A table of kernels that call the real kernels, and add up their time by part.
#pragma once

#include <array>
#include <cstdint>

#include "base/planar.hpp"
#include "measuring/clock.hpp"
#include "kernels/kernel_table.hpp"

namespace nam_core::detail::measuring {

struct KernelTimes {
  std::array<double, kernels::kParts> seconds{};  // without what reading the clock took
  std::array<std::int64_t, kernels::kParts> calls{};
  double clock_seconds = 0;  // what reading the clock added to the run
};

template <class T>
class TimedKernels {
 public:
  // One thread builds it and uses it: the kernels are plain functions, which find this object through a
  // thread_local pointer.
  explicit TimedKernels(const kernels::KernelTable<T>& kernels);
  ~TimedKernels();
  TimedKernels(const TimedKernels&) = delete;
  TimedKernels& operator=(const TimedKernels&) = delete;

  const kernels::KernelTable<T>& table() const noexcept { return table_; }

  // While on, only KernelTable::layer is timed, together with the separate kernels that do the same.
  void take_layers_apart(bool on) noexcept { apart_ = on; }

  // What was timed so far.
  KernelTimes times() const;

  struct Wrappers;

 private:
  struct Account {
    double seconds = 0;
    std::int64_t calls = 0;
  };
  template <class Call>
  double time(Account& account, Call&& call);
  void time_apart(const kernels::LayerArgs<T>& args);
  void calibrate();

  const kernels::KernelTable<T>& kernels_;
  kernels::KernelTable<T> table_;
  bool apart_ = false;
  std::array<Account, kernels::kParts> parts_{};
  Account layers_;
  std::array<Account, kernels::kParts> shares_{};  // of layers_, from the runs that take them apart
  double inside_ = 0, around_ = 0;  // seconds that reading the clock adds to a call: within the measured
                                    // time, and outside it
  base::PlanarBuffer<T> conv_, activated_, sum_, next_;
};

}  // namespace nam_core::detail::measuring
