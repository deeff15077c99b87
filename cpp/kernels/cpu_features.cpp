#include "kernels/cpu_features.hpp"

namespace nam::kernels {

CpuFeatures detect_cpu_features() {
  CpuFeatures features;
#if defined(__x86_64__)
  __builtin_cpu_init();
  features.fma = __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx");
  features.avx2 = features.fma && __builtin_cpu_supports("avx2");
  features.avx512 = features.avx2 && __builtin_cpu_supports("avx512f") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512vl");
#elif defined(__aarch64__)
  features.fma = true;
  features.neon = true;
#endif
  return features;
}

}  // namespace nam::kernels
