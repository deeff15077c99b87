// What the processor and the operating system support; asked once.
#pragma once

namespace nam_core::detail::kernels {

struct CpuFeatures {
  bool always = true;
  bool fma = false;     // x86: FMA3 and AVX state; AArch64: always
  bool avx2 = false;    // with FMA
  bool avx512 = false;  // F, BW, DQ, VL and the operating system's state, with AVX2 and FMA
  bool neon = false;
};

// Does not throw. Asks the processor by cpuid, and asks whether the operating system saves the wide
// registers.
CpuFeatures detect_cpu_features();

}  // namespace nam_core::detail::kernels
