// The module's malloc. The one of zig's C library rounds every size up to a power of two, and never joins
// freed memory: with it, the instance of an A2 took three times as much.
//
// Blocks lie one behind the other from the end of the module's data to the end of memory. A block that is
// freed is joined with its free neighbours. Free blocks are in lists by size, so that no call depends on
// their number.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>

extern "C" unsigned char __heap_base;  // the linker's: the end of data and stack

namespace {

constexpr std::uint32_t kUnit = 16, kHeader = 8, kPage = 1u << 16, kMost = 1u << 31;

struct Block {
  Block* before;        // the neighbour at the lower address; null for the first
  std::uint32_t bytes;  // with this header, a multiple of kUnit; an odd number is a free block
  Block *next, *last;   // of a free block: its neighbours in the list
};

std::uint32_t size_of(const Block& block) { return block.bytes & ~1u; }
bool is_free(const Block& block) { return (block.bytes & 1u) != 0; }
std::uint32_t address_of(const void* at) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(at));
}
Block& block_at(std::uint32_t address) { return *reinterpret_cast<Block*>(std::uintptr_t{address}); }
Block& behind(const Block& block) { return block_at(address_of(&block) + size_of(block)); }

// Lists: one for each size below 16 units, and above that eight for each power of two.
constexpr std::uint32_t kSteps = 8, kLists = 26 * kSteps;
std::array<Block*, kLists> lists{};
std::array<std::uint32_t, (kLists + 31) / 32> filled{};  // a bit for each list

// The number of the list that a free block of this size is in.
std::uint32_t list_of(std::uint32_t bytes) {
  const std::uint32_t units = bytes / kUnit;
  if (units < kSteps) return units;
  const auto shift = static_cast<std::uint32_t>(std::bit_width(units)) - 4;
  return (shift + 1) * kSteps + ((units >> shift) & (kSteps - 1));
}

void enter(Block& block) {
  const std::uint32_t list = list_of(size_of(block));
  block.bytes |= 1u;
  block.last = nullptr;
  block.next = lists[list];
  if (block.next) block.next->last = &block;
  lists[list] = &block;
  filled[list / 32] |= 1u << list % 32;
}

void leave(Block& block) {
  block.bytes &= ~1u;
  if (block.next) block.next->last = block.last;
  if (block.last) {
    block.last->next = block.next;
    return;
  }
  const std::uint32_t list = list_of(block.bytes);
  lists[list] = block.next;
  if (!block.next) filled[list / 32] &= ~(1u << list % 32);
}

// Sets the size of a block, and tells its neighbour.
void resize(Block& block, std::uint32_t bytes) {
  block.bytes = bytes;
  behind(block).before = &block;
}

void release(Block* block) {
  if (Block& next = behind(*block); is_free(next)) {
    leave(next);
    resize(*block, block->bytes + next.bytes);
  }
  if (Block* before = block->before; before && is_free(*before)) {
    leave(*before);
    resize(*before, before->bytes + block->bytes);
    block = before;
  }
  enter(*block);
}

// Cuts a block in two, and returns the second.
Block& cut(Block& block, std::uint32_t bytes) {
  Block& rest = block_at(address_of(&block) + bytes);
  rest.before = &block;
  resize(rest, block.bytes - bytes);
  block.bytes = bytes;
  return rest;
}

Block* end = nullptr;  // the last block: only a header, never free

// Makes one more block of the memory behind the last one.
void add_memory() {
  Block* block = end;
  end = &block_at(__builtin_wasm_memory_size(0) * kPage - kHeader);
  end->bytes = 0;
  block->bytes = address_of(end) - address_of(block);
  end->before = block;
  if (block->bytes > 0) release(block);
}

bool start() {
  const std::uint32_t first = (address_of(&__heap_base) + kHeader + kUnit - 1) / kUnit * kUnit - kHeader;
  if (first + 2 * kUnit > __builtin_wasm_memory_size(0) * kPage &&
      __builtin_wasm_memory_grow(0, 1) == SIZE_MAX)
    return false;
  end = &block_at(first);
  end->before = nullptr;
  add_memory();
  return true;
}

bool grow(std::uint32_t bytes) {
  const std::uint32_t there = is_free(*end->before) ? size_of(*end->before) : 0;
  if (__builtin_wasm_memory_grow(0, (bytes - there + kPage - 1) / kPage) == SIZE_MAX) return false;
  add_memory();
  return true;
}

// A free block of at least this size; null: there is none.
Block* find(std::uint32_t bytes) {
  // In its own list are larger and smaller blocks. Some are looked at.
  const std::uint32_t own = list_of(bytes);
  int looks = 8;
  for (Block* block = lists[own]; block && looks > 0; block = block->next, --looks)
    if (size_of(*block) >= bytes) return block;
  const std::uint32_t first = own + 1;
  for (std::uint32_t word = first / 32; word < filled.size(); ++word) {
    const std::uint32_t bits = filled[word] & (word == first / 32 ? ~0u << first % 32 : ~0u);
    if (bits != 0) return lists[word * 32 + static_cast<std::uint32_t>(std::countr_zero(bits))];
  }
  return nullptr;
}

std::uint32_t with_header(std::size_t bytes) {
  return (std::max<std::uint32_t>(bytes, kHeader) + kHeader + kUnit - 1) / kUnit * kUnit;
}

void* allocate(std::size_t alignment, std::size_t bytes) {
  if (bytes >= kMost || alignment >= kMost || (!end && !start())) return nullptr;
  const std::uint32_t wanted = with_header(bytes);
  const std::uint32_t most = wanted + (alignment > kUnit ? alignment - kUnit : 0);
  Block* block = find(most);
  if (!block && (!grow(most) || !(block = find(most)))) return nullptr;
  leave(*block);
  if (const std::uint32_t over = (address_of(block) + kHeader) % std::max<std::uint32_t>(alignment, kUnit)) {
    Block* gap = block;
    block = &cut(*gap, alignment - over);
    release(gap);
  }
  if (block->bytes > wanted) release(&cut(*block, wanted));
  return reinterpret_cast<char*>(block) + kHeader;
}

Block& block_of(void* memory) { return block_at(address_of(memory) - kHeader); }

}  // namespace

extern "C" {
void* malloc(std::size_t bytes) { return allocate(kUnit, bytes); }
void free(void* memory) {
  if (memory) release(&block_of(memory));
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) { return allocate(alignment, bytes); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) {
  *memory = allocate(alignment, bytes);
  return *memory ? 0 : 48;  // WASI's ENOMEM
}
void* calloc(std::size_t count, std::size_t size) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
  void* memory = allocate(kUnit, bytes);
  if (memory) std::memset(memory, 0, bytes);
  return memory;
}
void* realloc(void* memory, std::size_t bytes) {
  void* moved = allocate(kUnit, bytes);
  if (!moved || !memory) return moved;
  std::memcpy(moved, memory, std::min<std::size_t>(bytes, block_of(memory).bytes - kHeader));
  free(memory);
  return moved;
}
}
