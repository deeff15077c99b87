// Replaces new and delete only: for sanitizers, which have replaced malloc themselves.
#include <cstddef>
#include <cstdlib>
#include <new>

#include "allocations.hpp"

namespace {

void* take(std::size_t size, std::size_t alignment) {
  note_allocation();
  const std::size_t whole = (size + alignment - 1) / alignment * alignment;
  if (void* memory = std::aligned_alloc(alignment, whole ? whole : alignment)) return memory;
  throw std::bad_alloc();
}
void give_back(void* memory) noexcept {
  note_allocation();
  std::free(memory);
}

}  // namespace

#include "new_and_delete.hpp"
