// Short-time Fourier transforms, and the gradient of a loss on their magnitudes. A vector holds the same
// point of several frames, so that each frame is computed by the same operations in every lane.
#include "training/kernels/functions.hpp"
#include NAM_KERNEL_VECTORS
#include "training/kernels/lane_transform.inl.hpp"

namespace nam_core::detail::kernels {
namespace {

using V = Vec<float>;

inline V root(V x) {
  float lanes[V::lanes];
  x.store(lanes);
#pragma GCC unroll 16
  for (int l = 0; l < V::lanes; ++l) lanes[l] = __builtin_sqrtf(lanes[l]);
  return V::load(lanes);
}

inline int frame_of(int group, int lane) { return 2 * (group / 2 * V::lanes + lane) + group % 2; }
// Frames lie in pairs of groups.
inline int group_count(const StftShape& shape) {
  return (shape.frames + 2 * V::lanes - 1) / (2 * V::lanes) * 2;
}

// Writes the windowed frames of a group: the prediction as real parts, the target as imaginary parts.
inline void take_frames(const AnalyseArgs& args, int group, Points points) {
  const StftShape shape = args.shape;
  float* to = points.data;
  for (int l = 0; l < V::lanes; ++l) {
    const int frame = frame_of(group, l);
    float* at = to + l;
    if (frame >= shape.frames) {
      for (int i = 0; i < shape.width; ++i, at += 2 * V::lanes) at[0] = at[V::lanes] = 0.0f;
      continue;
    }
    const float *prediction = args.prediction + frame * static_cast<ptrdiff_t>(shape.hop),
                *target = args.target + frame * static_cast<ptrdiff_t>(shape.hop);
    for (int i = 0; i < shape.width; ++i, at += 2 * V::lanes) {
      at[0] = shape.window[i] * prediction[i];
      at[V::lanes] = shape.window[i] * target[i];
    }
  }
  for (int i = shape.width * 2 * V::lanes; i < shape.size * 2 * V::lanes; ++i) to[i] = 0.0f;
}

inline void put_sums(V sums, int group, int frames, float* by_frame) {
  float lanes[V::lanes];
  sums.store(lanes);
  for (int l = 0; l < V::lanes; ++l)
    if (frame_of(group, l) < frames) by_frame[frame_of(group, l)] = lanes[l];
}

inline void run_analyse(const AnalyseArgs& from) {
  const AnalyseArgs args = from;
  const int size = args.shape.size, bins = size / 2 + 1;
  const Points first{args.scratch}, second{args.scratch + 2 * size * V::lanes};
  const V half = V::set(0.5f), least = V::set(kLeastPower);
  for (int group = 0; group < group_count(args.shape); ++group) {
    take_frames(args, group, first);
    const Points z = transform<Direction::forward>(size, args.shape.twiddles, first, second);
    float* to = args.spectra + static_cast<ptrdiff_t>(group) * bins * kSpectrumParts * V::lanes;
    V distance = V::set(0.0f), energy = V::set(0.0f);
    for (int k = 0; k < bins; ++k, to += kSpectrumParts * V::lanes) {
      // Two real signals share one transform; sum and difference with the conjugate of bin -k separate them.
      const Point a = z[k], b = z[(size - k) & (size - 1)];
      const V re = half * (a.re + b.re), im = half * (a.im - b.im);
      const V target_re = half * (a.im + b.im), target_im = half * (b.re - a.re);
      const V magnitude = root(max(fma(re, re, im * im), least));
      const V target = root(max(fma(target_re, target_re, target_im * target_im), least));
      const V difference = magnitude - target;
      distance = fma(difference, difference, distance);
      energy = fma(target, target, energy);
      re.store(to);
      im.store(to + V::lanes);
      magnitude.store(to + 2 * V::lanes);
      target.store(to + 3 * V::lanes);
    }
    put_sums(distance, group, args.shape.frames, args.sums);
    put_sums(energy, group, args.shape.frames, args.sums + args.shape.frames);
  }
}

// The derivative of the loss by the magnitude, divided by the magnitude. Times the bin, it is the derivative
// by the bin.
inline V slope_of(const float* bin, V convergence, V logarithm) {
  const V re = V::load(bin), im = V::load(bin + V::lanes), magnitude = V::load(bin + 2 * V::lanes);
  const V difference = magnitude - V::load(bin + 3 * V::lanes), zero = V::set(0.0f);
  const V inverse = V::set(1.0f) / magnitude;
  const V sign =
      select_greater(difference, zero, logarithm, select_greater(zero, difference, zero - logarithm, zero));
  const V slope = fma(convergence, difference, sign * inverse) * inverse;
  // The power is clamped below, so there is no gradient there.
  return select_greater(V::set(kLeastPower), fma(re, re, im * im), zero, slope);
}

// Two groups share one inverse transform; the second group goes into the imaginary parts.
inline void put_bins(const float* even, const float* odd, const SynthesiseArgs& args, Points points) {
  const int size = args.shape.size;
  const V convergence = V::set(args.convergence), logarithm = V::set(args.logarithm), half = V::set(0.5f);
  for (int k = 0; k <= size / 2; ++k, even += kSpectrumParts * V::lanes, odd += kSpectrumParts * V::lanes) {
    V e = slope_of(even, convergence, logarithm), o = slope_of(odd, convergence, logarithm);
    if (k == 0 || k == size / 2) {
      points.set(k, {e * V::load(even), o * V::load(odd)});
      continue;
    }
    e = half * e, o = half * o;
    const V a = e * V::load(even), b = e * V::load(even + V::lanes);
    const V c = o * V::load(odd), d = o * V::load(odd + V::lanes);
    points.set(k, {a - d, b + c});
    points.set(size - k, {a + d, c - b});
  }
}

inline void run_synthesise(const SynthesiseArgs& from) {
  const SynthesiseArgs args = from;
  const StftShape shape = args.shape;
  const ptrdiff_t step = static_cast<ptrdiff_t>(shape.size / 2 + 1) * kSpectrumParts * V::lanes;
  const Points first{args.scratch}, second{args.scratch + 2 * shape.size * V::lanes};
  for (int group = 0; group < group_count(shape); group += 2) {
    const float* spectra = args.spectra + group * step;
    put_bins(spectra, spectra + step, args, first);
    const Points z = transform<Direction::backward>(shape.size, shape.twiddles, first, second);
    // Frame by frame in order: the order of the additions is then the same for every vector length.
    for (int n = 0; n < 2 * V::lanes; ++n) {
      const int frame = group * V::lanes + n;
      if (frame >= shape.frames) break;
      float* to = args.gradient + frame * static_cast<ptrdiff_t>(shape.hop);
      const float* at = z.data + n / 2 + n % 2 * V::lanes;
      for (int i = 0; i < shape.width; ++i, at += 2 * V::lanes) to[i] += shape.window[i] * *at;
    }
  }
}

}  // namespace
}  // namespace nam_core::detail::kernels

namespace nam_core::detail::kernels::NAM_KERNEL_SET {
void analyse(const AnalyseArgs& args) { run_analyse(args); }
void synthesise(const SynthesiseArgs& args) { run_synthesise(args); }
}  // namespace nam_core::detail::kernels::NAM_KERNEL_SET
