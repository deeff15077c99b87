"""Mutants that no test can find, because they change no result: name and reason."""

from __future__ import annotations

EXPLAINED: dict[str, str] = {
    "layers/history.cpp: explicit Span(int lookback) : front(whole_vectors(lookback)), "
    "end(2 * front + kRun) {}"
    "  ->  explicit Span(int lookback) : front(whole_vectors(lookback)), end(2 * front + kRun - 1) {}": (
        "decides where rows go back to their front; any distance gives the same values"
    ),
    "base/planar.hpp: const std::ptrdiff_t lines = (elements + line - 1) / line;"
    "  ->  const std::ptrdiff_t lines = (elements + line + 1) / line;": (
        "rows may be farther apart than needed; the stated and the allocated memory both follow"
    ),
    "engine/voice.cpp: if (end - voice.position > history.capacity() - 2 * base::kTile) "
    "voice.skip_to(end - warm_frames);"
    "  ->  if (end - voice.position > history.capacity() - 2 * base::kTile) "
    "voice.skip_to(end - warm_frames + 1);": (
        "a voice that skips is heard only once it has caught up; it has then played far more than warm_frames"
    ),
    "layers/long_response/twiddles.hpp: return ((std::ptrdiff_t{1} << (2 * depth)) - 1) / 3;"
    "  ->  return ((std::ptrdiff_t{1} << (3 * depth)) - 1) / 3;": (
        "where the factors of a pass begin in a table: farther apart than they need be"
    ),
    "kernels/impl/panels.inl.hpp: if constexpr (less > 0)  ->  if constexpr (less > 1)": (
        "a last block of one vector is run as two: the second lies in the room that rows have for it"
    ),
    "architectures/wavenet/wavenet.hpp: base::PlanarBuffer<T> stream_[2];   "
    "// the residual stream between arrays"
    "  ->  base::PlanarBuffer<T> stream_[3];   // the residual stream between arrays": (
        "one more empty buffer, which sizeof counts"
    ),
    "layers/long_response/unit_roots.hpp: double hi = 0, lo = 0;  ->  double hi = 1, lo = 0;": (
        "a default that every maker of the struct writes over"
    ),
    "engine/settled_model.hpp: std::int64_t macs_ = 0;  ->  std::int64_t macs_ = 1;": (
        "a default that the constructor writes over"
    ),
    "architectures/sequential/sequential.hpp: base::PlanarBuffer<T> between_[2];"
    "  ->  base::PlanarBuffer<T> between_[3];": "one more empty buffer, which sizeof counts",
    "engine/switcher.hpp: std::atomic<std::uint64_t> resets_wanted_{0}, resets_done_{0};"
    "  ->  std::atomic<std::uint64_t> resets_wanted_{0}, resets_done_{1};": (
        "the first call resets a model that is in its start state"
    ),
    "layers/history.cpp: constexpr int kRun = 4 * base::kTile;  ->  constexpr int kRun = 5 * base::kTile;": (
        "a longer buffer, whose size is stated as it is allocated"
    ),
    "architectures/wavenet/plan.hpp: int head = 0;        // a head1x1 output before its FiLM"
    "  ->  int head = 1;        // a head1x1 output before its FiLM": (
        "one more row of scratch, whose size is stated as it is allocated"
    ),
    "base/plan.hpp: int taps = 1, dilation = 1, groups = 1;"
    "  ->  int taps = 1, dilation = 2, groups = 1;": "a single tap has no distance to another one",
    "kernels/impl/conv.inl.hpp: if constexpr (R <= N) {  ->  if constexpr (R < N) {": (
        "decides which operand stays in registers; the products and their order are the same"
    ),
    "kernels/simd/vec_avx2.hpp: inline constexpr int kRegisters = 16;"
    "  ->  inline constexpr int kRegisters = 17;": "larger blocks of registers: slower, the same bits",
    "base/aligned_buffer.hpp: return bytes > kMostBytes - line ? kMostBytes : "
    "(bytes + line - 1) / line * line;"
    "  ->  return bytes >= kMostBytes - line ? kMostBytes : (bytes + line - 1) / line * line;": (
        "only one size gives another result, and no machine has that much memory"
    ),
    "layers/long_response/transform.cpp: args.form = step < turning() ? PassForm::by_block : "
    "PassForm::by_column;"
    "  ->  args.form = step <= turning() ? PassForm::by_block : PassForm::by_column;": (
        "for the step turning() the function has returned before this line"
    ),
    "layers/long_response/twiddles.hpp: return ((std::ptrdiff_t{1} << (2 * depth)) - 1) / 3;"
    "  ->  return ((std::ptrdiff_t{1} << (2 * depth)) - 1) * 3;": (
        "where the factors of a pass begin in a table: farther apart than they need be"
    ),
    "engine/switcher.cpp: return rising_ && faded_ == 0 ? base::kTile - 2 * base::kMaxLanes : base::kTile;"
    "  ->  return rising_ && faded_ == 1 ? base::kTile - 2 * base::kMaxLanes : base::kTile;": (
        "a size that catches up is run in two pieces for each tile instead of one: slower, the same bits"
    ),
    "base/float_env.hpp: for (std::ptrdiff_t t = 0; t < count; ++t)"
    "  ->  for (std::ptrdiff_t t = 0; t <= count; ++t)": "compiled for WebAssembly only",
    "architectures/wavenet/plan.hpp: int bottleneck = 0;  // activation outputs"
    "  ->  int bottleneck = 1;  // activation outputs": (
        "one more row of scratch, whose size is stated as it is allocated"
    ),
    "kernels/impl/activation.cpp: for (int t = 0; t < args.frames; t += V::lanes) "
    "activate<kind>(V::load(in + t), with).store(out + t);"
    "  ->  for (int t = 0; t <= args.frames; t += V::lanes) "
    "activate<kind>(V::load(in + t), with).store(out + t);": (
        "one more vector at the end, in the room that rows have for it"
    ),
    "kernels/impl/panels.inl.hpp: inline constexpr int kMaxPanelRows = kRegisters >= 32 ? 8 : 4;"
    "  ->  inline constexpr int kMaxPanelRows = kRegisters > 32 ? 8 : 4;": (
        "the height of panels on processors with 32 registers: slower, the same bits"
    ),
    "engine/voice.hpp: if (earliest > position) position += (earliest - position + grid - 1) / grid * grid;"
    "  ->  if (earliest >= position) position += (earliest - position + grid - 1) / grid * grid;": (
        "where the two are equal, the line adds 0"
    ),
    "engine/settled_model.cpp: : kernel_set_(kernels::choose_kernel_set(isa)), taken_(std::move(limit), 0) {"
    "  ->  : kernel_set_(kernels::choose_kernel_set(isa)), taken_(std::move(limit), 1) {": (
        "replaced by the model's own bytes before anything is allocated"
    ),
    "engine/settled_model.cpp: return {std::move(model_), static_cast<T>(gain), 0, bytes_.state};"
    "  ->  return {std::move(model_), static_cast<T>(gain), 1, bytes_.state};": (
        "the frames of a fade, which a model that plays from the start does not have"
    ),
}
