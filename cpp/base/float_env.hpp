// The floating-point mode during an audio block: subnormal numbers count as zero.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace nam_core::detail::base {

// Sets flush-to-zero for the calling thread and restores what was set before on destruction. On x86 this is
// MXCSR's FTZ (bit 15) and DAZ (bit 6), on AArch64 FPCR's FZ (bit 24). No allocation, no system call.
class FlushToZero {
 public:
#if defined(__x86_64__) || defined(_M_X64)
  FlushToZero() noexcept : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | 0x8040u); }
  ~FlushToZero() { _mm_setcsr(saved_); }

 private:
  unsigned saved_;
#elif defined(__aarch64__)
  FlushToZero() noexcept {
    asm volatile("mrs %0, fpcr" : "=r"(saved_));
    asm volatile("msr fpcr, %0" : : "r"(saved_ | (std::uint64_t{1} << 24)));
  }
  ~FlushToZero() { asm volatile("msr fpcr, %0" : : "r"(saved_)); }

 private:
  std::uint64_t saved_;
#elif defined(__wasm__)
  // WebAssembly has no such mode: subnormal numbers are computed exactly (docs/web.md).
  FlushToZero() noexcept {}
  ~FlushToZero() {}
#else
#error "nam_core supports x86-64, AArch64 and WebAssembly"
#endif

 public:
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;
};

// Where the processor has no mode for it, replaces subnormal numbers among `count` samples by zero. It is
// applied at the ends of a block, so that silence costs the same as sound. Real time.
template <class T>
void flush_to_zero([[maybe_unused]] T* samples, [[maybe_unused]] std::ptrdiff_t count) noexcept {
#if defined(__wasm__)
  for (std::ptrdiff_t t = 0; t < count; ++t)
    samples[t] = std::abs(samples[t]) < std::numeric_limits<T>::min() ? samples[t] * T(0) : samples[t];
#endif
}

}  // namespace nam_core::detail::base
