// Memory for planar rows and packed weights: 64-byte aligned, zeroed, copyable.
#pragma once

#include <algorithm>
#include <cstddef>
#include <new>
#include <utility>

namespace nam_core::detail::base {

// One cache line, and the widest vector there is (AVX-512).
inline constexpr std::size_t kAlignment = 64;

// Bytes of this thread's AlignedBuffers that are not freed. They are nearly all memory of a model. One thread
// builds a model, so the difference before and after is its size.
inline thread_local std::ptrdiff_t bytes_held = 0;

// A fixed number of zero-initialised T. Allocates when built, copied or assigned, never otherwise.
template <class T>
class AlignedBuffer {
 public:
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
    if (!data_) return;
    bytes_held -= static_cast<std::ptrdiff_t>(size_ * sizeof(T));
    ::operator delete[](data_, std::align_val_t{kAlignment});
  }

  T* data() noexcept { return data_; }
  const T* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  static T* allocate(std::size_t size) {
    if (size == 0) return nullptr;
    bytes_held += static_cast<std::ptrdiff_t>(size * sizeof(T));
    return static_cast<T*>(::operator new[](size * sizeof(T), std::align_val_t{kAlignment}));
  }
  void swap(AlignedBuffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace nam_core::detail::base
