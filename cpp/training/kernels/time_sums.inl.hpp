// Sums over time in kTimeLanes parts, and how the parts are added.
#pragma once

namespace nam_core::detail::kernels {
namespace {

// The parts of the sums of one panel's rows.
struct TimeSums {
  alignas(64) float lanes[kTrainingPanel][kTimeLanes];

  // Adds the sums to out[row]: of lanes 0 to 15 ((0 + 8) + (4 + 12)), the same for 1, 2 and 3, and of these
  // (0 + 2) + (1 + 3).
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
  // Part values: every instruction set has such vectors, or the compiler makes them of its own.
  typedef float Part __attribute__((vector_size(16), may_alias));
};

}  // namespace
}  // namespace nam_core::detail::kernels
