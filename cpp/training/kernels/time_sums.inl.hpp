// Sums over time in kTimeLanes partial sums, and the order in which these are added.
#pragma once

namespace nam_core::detail::kernels {
namespace {

// The partial sums of the rows of one panel.
struct TimeSums {
  alignas(64) float lanes[kTrainingPanel][kTimeLanes];

  // Adds each row's sum to out[row]. Of 16 partial sums, a = (0 + 8) + (4 + 12), and b, c, d likewise from 1,
  // 2 and 3 on; the sum is (a + c) + (b + d).
  inline void add_to(float* out) const {
    Part part[kTrainingPanel];
#pragma GCC unroll 4
    for (int r = 0; r < kTrainingPanel; ++r) {
      const Part* of = reinterpret_cast<const Part*>(lanes[r]);
      part[r] = (of[0] + of[2]) + (of[1] + of[3]);
    }
    const Part ab = __builtin_shufflevector(part[0], part[1], 0, 4, 1, 5) +
                    __builtin_shufflevector(part[0], part[1], 2, 6, 3, 7);
    const Part cd = __builtin_shufflevector(part[2], part[3], 0, 4, 1, 5) +
                    __builtin_shufflevector(part[2], part[3], 2, 6, 3, 7);
    const Part sums =
        __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    for (int r = 0; r < kTrainingPanel; ++r) out[r] += sums[r];
  }

 private:
  // Vectors of four values: every instruction set has them, or the compiler emulates them.
  typedef float Part __attribute__((vector_size(16), may_alias));
};

}  // namespace
}  // namespace nam_core::detail::kernels
