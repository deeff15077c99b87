#include "dispatch/cpu_features.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace nam_core::detail::kernels {

#if defined(__x86_64__)
namespace {

// The code does not use __builtin_cpu_supports, which needs the compiler's run-time library; zig's library
// reports no feature at all.
constexpr bool has(unsigned value, unsigned bits) { return (value & bits) == bits; }

// The registers that the operating system saves, one bit for each kind.
unsigned saved_registers() {
  unsigned low = 0, high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

}  // namespace
#endif

CpuFeatures detect_cpu_features() {
  CpuFeatures features;
#if defined(__x86_64__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kOsxsave = 1u << 27;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !has(c, kOsxsave)) return features;
  const unsigned saved = saved_registers();
  constexpr unsigned kYmm = 0x06, kZmm = 0xe6;
  features.fma = has(c, bit_FMA | bit_AVX) && has(saved, kYmm);
  if (!features.fma || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return features;
  features.avx2 = has(b, bit_AVX2);
  features.avx512 =
      features.avx2 && has(saved, kZmm) && has(b, bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL);
#elif defined(__aarch64__)
  features.fma = true;
  features.neon = true;
#endif
  return features;
}

}  // namespace nam_core::detail::kernels
