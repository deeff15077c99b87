// The floating-point mode during an audio block: subnormal numbers count as zero.
#pragma once

#include <cstdint>

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
#else
#error "nam_core supports x86-64 and AArch64"
#endif

 public:
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;
};

}  // namespace nam_core::detail::base
