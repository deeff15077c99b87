#include "engine/voice.hpp"

namespace nam_core::detail::engine {

template <class T>
void catch_up(Voice<T>& voice, const InputHistory<T>& history, const kernels::KernelTable<T>& kernels,
              std::int64_t warm_frames, std::int64_t frames, Unheard<T>& unheard) noexcept {
  while (frames > 0) {
    const std::int64_t start = history.start(), end = history.end();
    if (voice.start != start) {
      voice.model->reset(kernels);
      voice.start = voice.position = start;
    }
    // The voice has fallen so far behind that its frames are overwritten. It starts again warm_frames back,
    // so that it has heard every frame that matters, without a gap, once it is up to date.
    if (end - voice.position > history.capacity() - 2 * base::kTile) voice.skip_to(end - warm_frames);
    const std::int64_t left = std::min<std::int64_t>({frames, end - voice.position, base::kTile});
    if (left == 0) return;
    const int count = static_cast<int>(left);
    if (history.read(voice.position, count, unheard.in.rows())) {
      voice.model->process({kernels, count}, base::as_const(unheard.in.rows()), unheard.out.rows());
      voice.position += count;
    } else {
      voice.skip_to(history.end() - warm_frames);
    }
    frames -= count;
  }
}

template void catch_up(Voice<float>&, const InputHistory<float>&, const kernels::KernelTable<float>&,
                       std::int64_t, std::int64_t, Unheard<float>&) noexcept;
template void catch_up(Voice<double>&, const InputHistory<double>&, const kernels::KernelTable<double>&,
                       std::int64_t, std::int64_t, Unheard<double>&) noexcept;

}  // namespace nam_core::detail::engine
