#include "engine/switcher.hpp"

namespace nam_core::detail::engine {

namespace {

// switch_to runs a new size on at most kMostChase * warm_frames frames. If the stream is still ahead then,
// because it runs faster than real time, the new size is handed over as it is, and the audio thread catches
// up.
constexpr std::int64_t kMostChase = 4;

// Twice the frames that matter: a waiting voice can fall behind by that much before it must start again.
constexpr std::int64_t history_frames(std::int64_t warm_frames) {
  return 2 * (warm_frames + 2 * base::kTile);
}

template <class T>
void amplify(Rows<T> rows, int channels, int frames, T gain) noexcept {
  if (gain == T(1)) return;
  for (int i = 0; i < channels; ++i)
    for (int t = 0; t < frames; ++t) rows.data[i * rows.stride + t] *= gain;
}

}  // namespace

template <class T>
std::int64_t Switcher<T>::bytes(int in_channels, int out_channels, std::int64_t warm_frames) {
  const std::int64_t rows = base::add_bytes(Unheard<T>::bytes(in_channels, out_channels),
                                            base::PlanarBuffer<T>::bytes(out_channels));
  const std::int64_t history = InputHistory<T>::bytes(in_channels, history_frames(warm_frames));
  return base::add_bytes(sizeof(Switcher), base::add_bytes(rows, history));
}

template <class T>
Switcher<T>::Switcher(Voice<T> playing, std::int64_t warm_frames)
    : base::Model<T>(playing.model->reach()),
      warm_frames_(warm_frames),
      in_channels_(playing.model->in_channels()),
      out_channels_(playing.model->out_channels()),
      history_(in_channels_, history_frames(warm_frames)),
      unheard_(in_channels_, out_channels_),
      risen_(out_channels_),
      playing_(std::make_unique<Voice<T>>(std::move(playing))),
      voice_bytes_(playing_->memory_bytes()) {}

template <class T>
Switcher<T>::Switcher(const Switcher& other)
    : base::Model<T>(other),
      warm_frames_(other.warm_frames_),
      in_channels_(other.in_channels_),
      out_channels_(other.out_channels_),
      history_(other.history_),
      unheard_(other.unheard_),
      risen_(other.risen_),
      playing_(duplicate(other.playing_.get())),
      rising_(duplicate(other.rising_.get())),
      next_(duplicate(other.next_.get())),
      faded_(other.faded_),
      since_more_(other.since_more_),
      mailbox_(duplicate(other.mailbox_.load(std::memory_order_acquire)).release()),
      moving_(other.moving_.load(std::memory_order_relaxed)),
      resets_wanted_(other.resets_wanted_.load(std::memory_order_acquire)),
      resets_done_(other.resets_done_.load(std::memory_order_relaxed)),
      newest_voice_(other.newest_voice_.load(std::memory_order_relaxed)) {
  std::int64_t bytes = 0;
  for (const Voice<T>* voice : {playing_.get(), rising_.get(), next_.get(), mailbox_.load()})
    if (voice) bytes += voice->memory_bytes();
  voice_bytes_ = bytes;
}

template <class T>
Switcher<T>::~Switcher() {
  Pointer(mailbox_.exchange(nullptr, std::memory_order_acquire));
  reclaim();
}

template <class T>
auto Switcher<T>::duplicate(const Voice<T>* voice) -> Pointer {
  if (!voice) return nullptr;
  return std::make_unique<Voice<T>>(Voice<T>{voice->model->clone(), voice->gain, voice->fade_frames,
                                             voice->state_bytes, voice->start, voice->position,
                                             voice->resets});
}

template <class T>
void Switcher<T>::process(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept {
  history_.write(in, block.frames);
  if (block.settle) restart(Beginning::settled, block.kernels);
  playing_->model->process(block, in, out);
  amplify(out, out_channels_, block.frames, playing_->gain);
  if (!rising_) return;
  if (faded_ > 0) {
    fade(block, in, out);
    return;
  }
  // Catches up by an eighth of the frames that arrive, in whole vectors, because part of a vector costs as
  // much as all of it.
  since_more_ += block.frames;
  const bool more = since_more_ >= 8 * base::kMaxLanes;
  if (more) since_more_ = 0;
  const int frames = block.frames + (more ? base::kMaxLanes : 0);
  catch_up(*rising_, history_, block.kernels, warm_frames_, frames, unheard_);
}

template <class T>
int Switcher<T>::prepare() noexcept {
  take_from_mailbox();
  begin_fade();
  return rising_ && faded_ == 0 ? base::kTile - 2 * base::kMaxLanes : base::kTile;
}

template <class T>
void Switcher<T>::take_from_mailbox() noexcept {
  if (!mailbox_.load(std::memory_order_relaxed)) return;
  moving_.store(true, std::memory_order_relaxed);
  Pointer newest(mailbox_.exchange(nullptr, std::memory_order_acq_rel));
  if (!newest) return;  // the control side is replacing it just now
  retire(std::move(next_));
  next_ = std::move(newest);
}

// Decides which voice is heard from now on.
template <class T>
void Switcher<T>::begin_fade() noexcept {
  // A hard switch ends a fade. A soft switch waits for its end, so that nothing clicks.
  if (next_ && next_->fade_frames == 0 && next_->up_to_date(history_)) {
    play(std::move(next_));
    return;
  }
  if (next_ && faded_ == 0) {
    retire(std::move(rising_));
    rising_ = std::move(next_);
    since_more_ = 0;
  }
  if (!rising_ || faded_ > 0 || !rising_->up_to_date(history_)) return;
  if (rising_->fade_frames == 0)
    play(std::move(rising_));
  else
    faded_ = 1;
}

// Makes `voice` the one that is heard, and retires the others.
template <class T>
void Switcher<T>::play(Pointer voice) noexcept {
  retire(std::move(rising_));
  retire(std::move(playing_));
  playing_ = std::move(voice);
  this->reach_ = playing_->model->reach();
  faded_ = 0;
  moving_.store(next_ != nullptr, std::memory_order_relaxed);
}

// Equal gain, because two sizes of one model give nearly the same signal: frame k of n, from 1, is
// out + k / (n + 1) * (risen - out).
template <class T>
void Switcher<T>::fade(const Block<T>& block, ConstRows<T> in, Rows<T> out) noexcept {
  const Rows<T> risen = risen_.rows();
  rising_->model->process(block, in, risen);
  rising_->position += block.frames;
  amplify(risen, out_channels_, block.frames, rising_->gain);
  const std::int64_t last = rising_->fade_frames;
  const int mixed = static_cast<int>(std::min<std::int64_t>(block.frames, last + 1 - faded_));
  for (int i = 0; i < out_channels_; ++i) {
    T* to = out.data + i * out.stride;
    const T* from = risen.data + i * risen.stride;
    for (int t = 0; t < mixed; ++t)
      to[t] += static_cast<T>(faded_ + t) / static_cast<T>(last + 1) * (from[t] - to[t]);
    std::copy(from + mixed, from + block.frames, to + mixed);
  }
  faded_ += mixed;
  if (faded_ > last) play(std::move(rising_));
}

template <class T>
void Switcher<T>::reset(const kernels::KernelTable<T>& kernels) noexcept {
  const std::uint64_t wanted = resets_wanted_.load(std::memory_order_acquire);
  take_from_mailbox();
  // A voice that was requested after the reset fades in as usual.
  if (next_ && next_->resets < wanted)
    play(std::move(next_));
  else if (rising_)
    play(std::move(rising_));
  moving_.store(next_ != nullptr, std::memory_order_relaxed);
  restart(Beginning::reset, kernels);
  playing_->model->reset(kernels);
  resets_done_.store(wanted, std::memory_order_release);
}

template <class T>
void Switcher<T>::start(const kernels::KernelTable<T>& kernels) noexcept {
  restart(Beginning::start, kernels);
  playing_->model->start(kernels);
}

template <class T>
void Switcher<T>::restart(Beginning beginning, const kernels::KernelTable<T>& kernels) noexcept {
  history_.restart(beginning);
  if (next_) begin(*next_, history_, kernels, warm_frames_, unheard_);
}

template <class T>
void Switcher<T>::retire(Pointer voice) noexcept {
  if (!voice) return;
  Voice<T>* retired = voice.release();
  // No other thread adds to the list: the control side only takes all of it.
  retired->behind.reset(retired_.exchange(nullptr, std::memory_order_acquire));
  retired_.store(retired, std::memory_order_release);
}

template <class T>
void Switcher<T>::reclaim() noexcept {
  Pointer list(retired_.exchange(nullptr, std::memory_order_acquire));
  while (list) {
    voice_bytes_ -= list->memory_bytes();
    list = std::move(list->behind);
  }
}

template <class T>
void Switcher<T>::switch_to(Voice<T> voice, const kernels::KernelTable<T>& kernels) {
  Pointer made = std::make_unique<Voice<T>>(std::move(voice));
  voice_bytes_ += made->memory_bytes();
  Unheard<T> unheard(in_channels_, out_channels_);
  for (std::int64_t left = kMostChase * warm_frames_; left > 0 && !made->up_to_date(history_);) {
    catch_up(*made, history_, kernels, warm_frames_, base::kTile, unheard);
    left -= base::kTile;
  }
  made->resets = resets_wanted_.load(std::memory_order_acquire);
  newest_voice_.store(made->resets, std::memory_order_relaxed);
  Pointer unheeded(mailbox_.exchange(made.release(), std::memory_order_acq_rel));
  if (unheeded) voice_bytes_ -= unheeded->memory_bytes();
}

template <class T>
bool Switcher<T>::switching() const noexcept {
  // A reset that is due completes every switch that was requested before it.
  const std::uint64_t wanted = resets_wanted_.load(std::memory_order_acquire);
  if (resets_done_.load(std::memory_order_acquire) != wanted && newest_voice_.load() < wanted) return false;
  return mailbox_.load(std::memory_order_acquire) || moving_.load(std::memory_order_acquire);
}

template <class T>
std::int64_t Switcher<T>::memory_bytes() {
  reclaim();
  return voice_bytes_ + bytes(in_channels_, out_channels_, warm_frames_);
}

template class Switcher<float>;
template class Switcher<double>;

}  // namespace nam_core::detail::engine
