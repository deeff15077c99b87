#include "allocations.hpp"

#include <atomic>

namespace {
thread_local bool counting = false;
std::atomic<std::int64_t> calls{0};
}  // namespace

CountAllocations::CountAllocations() { counting = true; }
CountAllocations::~CountAllocations() { counting = false; }
std::int64_t allocations() { return calls.load(); }
void note_allocation() noexcept {
  if (counting) calls.fetch_add(1, std::memory_order_relaxed);
}
