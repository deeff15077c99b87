// Runs the items of a batch in several threads.
#pragma once

#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "base/float_env.hpp"

namespace nam_core::detail::training {

// Calls work(item, thread) for every item below `count`, on `threads` threads, of which the caller is one.
// Subnormal numbers count as zero there. Which thread takes which item is not fixed, so results must not
// depend on it. An exception of `work` is thrown here after all threads have ended. Starting threads takes 20
// us each; a training step takes 100 ms.
template <class Work>
void each_item(int count, int threads, Work work) {
  std::atomic<int> next{0};
  std::vector<std::exception_ptr> errors(static_cast<std::size_t>(threads));
  const auto run = [&](int thread) {
    const base::FlushToZero flush;
    try {
      for (int item; (item = next.fetch_add(1)) < count;) work(item, thread);
    } catch (...) {
      errors[static_cast<std::size_t>(thread)] = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  for (int thread = 1; thread < threads && thread < count; ++thread) others.emplace_back(run, thread);
  run(0);
  for (std::thread& other : others) other.join();
  for (const std::exception_ptr& error : errors)
    if (error) std::rethrow_exception(error);
}

}  // namespace nam_core::detail::training
