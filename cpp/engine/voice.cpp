#include "engine/voice.hpp"

namespace nam_core::detail::engine {

template <class T>
void begin(Voice<T>& voice, const InputHistory<T>& history, const kernels::KernelTable<T>& kernels,
           std::int64_t warm_frames, Unheard<T>& unheard) noexcept {
  const std::int64_t start = history.start();
  const Beginning beginning = history.beginning();
  base::Model<T>& model = *voice.model;
  if (beginning == Beginning::start)
    model.start(kernels);
  else
    model.reset(kernels);
  // The model is settled on the frame before the start. If that frame is overwritten, it is too old to
  // matter. An LSTM cannot be settled: it starts without that.
  if (beginning == Beginning::settled && model.reach().settles &&
      history.read(start - 1, 1, unheard.in.rows()))
    model.process({kernels, 1, true}, base::as_const(unheard.in.rows()), unheard.out.rows());
  voice.start = voice.position = start;
  voice.skip_to(history.end() - warm_frames);
}

template <class T>
void catch_up(Voice<T>& voice, const InputHistory<T>& history, const kernels::KernelTable<T>& kernels,
              std::int64_t warm_frames, std::int64_t frames, Unheard<T>& unheard) noexcept {
  while (frames > 0) {
    if (voice.start != history.start()) begin(voice, history, kernels, warm_frames, unheard);
    const std::int64_t end = history.end();
    // The voice has fallen so far behind that its frames are overwritten. It starts again warm_frames back,
    // so that it has processed every frame that matters, without a gap, once it is up to date.
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

template void begin(Voice<float>&, const InputHistory<float>&, const kernels::KernelTable<float>&,
                    std::int64_t, Unheard<float>&) noexcept;
template void begin(Voice<double>&, const InputHistory<double>&, const kernels::KernelTable<double>&,
                    std::int64_t, Unheard<double>&) noexcept;
template void catch_up(Voice<float>&, const InputHistory<float>&, const kernels::KernelTable<float>&,
                       std::int64_t, std::int64_t, Unheard<float>&) noexcept;
template void catch_up(Voice<double>&, const InputHistory<double>&, const kernels::KernelTable<double>&,
                       std::int64_t, std::int64_t, Unheard<double>&) noexcept;

}  // namespace nam_core::detail::engine
