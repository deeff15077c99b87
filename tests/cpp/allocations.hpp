// Counts what a thread allocates and frees, once it is asked to.
#pragma once

#include <cstdint>

// While it lives, calls of this thread count.
class CountAllocations {
 public:
  CountAllocations();
  ~CountAllocations();
  CountAllocations(const CountAllocations&) = delete;
  CountAllocations& operator=(const CountAllocations&) = delete;
};

// Calls counted so far, by all threads.
std::int64_t allocations();
// To be called by whatever replaces an allocation function.
void note_allocation() noexcept;
