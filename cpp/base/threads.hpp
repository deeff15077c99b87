// What the library asks of a host's threads. Without NAM_CORE_THREADS the host has none, as in a browser's
// module: nothing then waits for anything.
#pragma once

#if NAM_CORE_THREADS
#include <mutex>
#endif

namespace nam_core::detail::base {

#if NAM_CORE_THREADS

using Mutex = std::mutex;

#else

struct Mutex {
  void lock() noexcept {}
  void unlock() noexcept {}
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
