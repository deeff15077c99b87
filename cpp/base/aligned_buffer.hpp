// 64-byte aligned, zeroed memory for planar rows and packed weights: copies of an AlignedBuffer have their
// own memory, copies of a SharedBuffer share it.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "base/bytes.hpp"

namespace nam_core::detail::base {

// One cache line, and the widest vector there is (AVX-512).
inline constexpr std::size_t kAlignment = 64;

// Bytes up to the next multiple of the alignment.
constexpr std::int64_t whole_lines(std::int64_t bytes) {
  constexpr std::int64_t line = kAlignment;
  return bytes > kMostBytes - line ? kMostBytes : (bytes + line - 1) / line * line;
}

// A fixed number of zero-initialised T. Allocates when built, copied or assigned, never otherwise.
template <class T>
class AlignedBuffer {
 public:
  // Bytes that a buffer of `size` values allocates.
  static constexpr std::int64_t bytes(std::int64_t size) { return whole_lines(times(size, sizeof(T))); }

  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t size) : data_(allocate(size)), size_(size) {
    std::fill_n(data_, size_, T(0));
  }
  AlignedBuffer(const AlignedBuffer& other) : data_(allocate(other.size_)), size_(other.size_) {
    std::copy_n(other.data_, size_, data_);
  }
  AlignedBuffer(AlignedBuffer&& other) noexcept { swap(other); }
  AlignedBuffer& operator=(AlignedBuffer other) noexcept {
    swap(other);
    return *this;
  }
  ~AlignedBuffer() {
    if (data_) ::operator delete[](data_, std::align_val_t{kAlignment});
  }

  T* data() noexcept { return data_; }
  const T* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  static T* allocate(std::size_t size) {
    if (size == 0) return nullptr;
    const auto taken = static_cast<std::size_t>(bytes(static_cast<std::int64_t>(size)));
    return static_cast<T*>(::operator new[](taken, std::align_val_t{kAlignment}));
  }
  void swap(AlignedBuffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
};

// Like AlignedBuffer, but copies share the values, which must not change once they are filled in. (A
// shared_ptr to a buffer would share them too, but does not say how many bytes it allocates.)
template <class T>
class SharedBuffer {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  // Bytes that a buffer of `size` values allocates: the values follow the reference count.
  static constexpr std::int64_t bytes(std::int64_t size) {
    return size == 0 ? 0 : add_bytes(kAlignment, whole_lines(times(size, sizeof(T))));
  }

  SharedBuffer() = default;
  // Allocates.
  explicit SharedBuffer(std::size_t size) : size_(size) {
    if (size == 0) return;
    const auto taken = static_cast<std::size_t>(bytes(static_cast<std::int64_t>(size)));
    void* memory = ::operator new[](taken, std::align_val_t{kAlignment});
    owners_ = ::new (memory) std::atomic<std::int64_t>(1);
    std::uninitialized_value_construct_n(data(), size);
  }
  SharedBuffer(const SharedBuffer& other) noexcept : owners_(other.owners_), size_(other.size_) {
    if (owners_) owners_->fetch_add(1, std::memory_order_relaxed);
  }
  SharedBuffer(SharedBuffer&& other) noexcept { swap(other); }
  SharedBuffer& operator=(SharedBuffer other) noexcept {
    swap(other);
    return *this;
  }
  ~SharedBuffer() {
    if (owners_ && owners_->fetch_sub(1, std::memory_order_acq_rel) == 1)
      ::operator delete[](static_cast<void*>(owners_), std::align_val_t{kAlignment});
  }

  // For writing the values, before there is a copy.
  T* data() noexcept { return owners_ ? reinterpret_cast<T*>(first()) : nullptr; }
  const T* data() const noexcept { return owners_ ? reinterpret_cast<const T*>(first()) : nullptr; }
  std::size_t size() const noexcept { return size_; }

 private:
  std::byte* first() const noexcept { return reinterpret_cast<std::byte*>(owners_) + kAlignment; }
  void swap(SharedBuffer& other) noexcept {
    std::swap(owners_, other.owners_);
    std::swap(size_, other.size_);
  }

  std::atomic<std::int64_t>* owners_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace nam_core::detail::base
