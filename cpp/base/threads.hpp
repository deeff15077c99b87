// The thread functions that the library needs. Without NAM_CORE_THREADS the host has no threads, as in a
// browser's module, and nothing waits.
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

// Locks a mutex for its own lifetime.
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
