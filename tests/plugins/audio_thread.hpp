// The audio thread of the hosts: blocks come when a sound card's would, each is timed, and what it allocates
// counts.
#pragma once

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <thread>

#include "allocations.hpp"

class AudioThread {
 public:
  AudioThread(double rate, bool paced) : rate_(rate), paced_(paced) {}

  // Once, on the thread itself: a sound card's has real-time priority. Without the right to it the thread
  // keeps its own.
  void begin() {
    sched_param wanted{};
    wanted.sched_priority = 10;
    if (paced_) pthread_setschedparam(pthread_self(), SCHED_FIFO, &wanted);
    allocated_before_ = allocations();
    next_ = Clock::now();
  }

  // Runs the work of a block. Where blocks are paced, it waits for the block's time first.
  template <class Work>
  void block(std::size_t frames, Work work) {
    const std::chrono::duration<double> lasts(static_cast<double>(frames) / rate_);
    const auto due = next_;
    if (paced_) {
      std::this_thread::sleep_until(due);
      next_ = std::max(due + std::chrono::duration_cast<Clock::duration>(lasts), Clock::now() - kMostBehind);
    }
    const auto began = Clock::now();
    const double own_before = own_seconds();
    {
      const CountAllocations counting;
      work();
    }
    const double own = (own_seconds() - own_before) / lasts.count();
    const auto ended = Clock::now();
    const double share = (ended - began) / lasts;
    ++blocks_;
    sum_ += share;
    worst_ = std::max(worst_, share);
    over_half_ += share > 0.5;
    worst_own_ = std::max(worst_own_, own);
    own_over_half_ += own > 0.5;
    if (!paced_) return;
    const double woken = (began - due) / lasts;
    worst_wake_ = std::max(worst_wake_, woken);
    woken_late_ += woken > 0.5;
  }

  // On any thread, after the last block.
  void print() const {
    std::printf("allocations %lld\n", static_cast<long long>(allocations() - allocated_before_));
    std::printf("blocks %lld\nmean block %.4f\nworst block %.4f\nblocks over half their time %lld\n",
                static_cast<long long>(blocks_),
                sum_ / static_cast<double>(std::max<std::int64_t>(blocks_, 1)), worst_,
                static_cast<long long>(over_half_));
    std::printf("worst block in processor time %.4f\nover half in processor time %lld\n", worst_own_,
                static_cast<long long>(own_over_half_));
    if (paced_)
      std::printf("worst wake %.4f\nwoken late %lld\n", worst_wake_, static_cast<long long>(woken_late_));
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kMostBehind{1};

  // The thread's own processor time. Other programs take none of it, interrupts may.
  static double own_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  }

  const double rate_;
  const bool paced_;
  Clock::time_point next_;
  std::int64_t allocated_before_ = 0, blocks_ = 0, over_half_ = 0, own_over_half_ = 0, woken_late_ = 0;
  double sum_ = 0.0, worst_ = 0.0, worst_own_ = 0.0, worst_wake_ = 0.0;  // shares of a block's duration
};

// Resident memory of this process, in KiB.
inline long memory_now() {
  long pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

// Whether memory stays flat over many loads: the most of their second fifth, and of the last.
class MemoryWatch {
 public:
  // After load `i` of `loads`.
  void note(int i, int loads) {
    const int fifth = 5 * i / std::max(loads, 1);
    if (fifth == 1) early_ = std::max(early_, memory_now());
    if (fifth == 4) late_ = std::max(late_, memory_now());
  }
  void print() const { std::printf("memory early %ld\nmemory late %ld\n", early_, late_); }

 private:
  long early_ = 0, late_ = 0;
};
