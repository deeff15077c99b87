// What the library asks of a host's threads. Without NAM_CORE_THREADS the host has none, as in a browser's
// module: nothing then waits for anything.
#pragma once

#if NAM_CORE_THREADS
#include <chrono>
#include <mutex>
#include <thread>
#endif

namespace nam_core::detail::base {

#if NAM_CORE_THREADS

using Mutex = std::mutex;

// Says how long something is worth trying again.
class Patience {
 public:
  explicit Patience(int milliseconds)
      : ends_(std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds)) {}
  // Lets other threads run. Whether there is time for another try.
  bool wait() const {
    std::this_thread::yield();
    return std::chrono::steady_clock::now() < ends_;
  }

 private:
  std::chrono::steady_clock::time_point ends_;
};

#else

struct Mutex {
  void lock() noexcept {}
  void unlock() noexcept {}
};

struct Patience {
  explicit Patience(int) {}
  bool wait() const { return false; }
};

#endif

// Holds a mutex while it exists.
class Lock {
 public:
  explicit Lock(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~Lock() { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace nam_core::detail::base
