#include "player/voice.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <stdexcept>

namespace nam_core::player {

namespace {

constexpr double kFadeSeconds = 0.01;
// How long a recurrent network may sound after its input has ended. It has no receptive field that would
// tell.
constexpr double kRecurrentTailSeconds = 0.5;

// Whether the model, a model of its chain, or its condition is a recurrent network.
bool is_recurrent(const ModelDescription& description) {
  if (std::holds_alternative<LstmConfig>(description.config)) return true;
  if (description.condition_dsp && is_recurrent(*description.condition_dsp)) return true;
  const auto* chain = std::get_if<SequentialConfig>(&description.config);
  return chain && std::any_of(chain->models.begin(), chain->models.end(),
                              [](const ModelDescription* each) { return is_recurrent(*each); });
}

}  // namespace

Result<std::unique_ptr<Voice>> Voice::make(std::shared_ptr<const Capture> capture, double host_rate,
                                           int channels, double quality) try {
  auto voice = std::make_unique<Voice>();
  if (!capture) return voice;
  const auto refuse = [&](const std::string& what) {
    return Error{Error::Kind::config, capture->path() + ": " + what};
  };
  double rate = capture->sample_rate();
  if (const ImpulseResponse* response = capture->response()) {
    Result<ImpulseResponse> brought = at_sample_rate(*response, host_rate);
    if (!brought) return refuse(brought.error().text());
    voice->response_ = *std::move(brought);
    rate = host_rate;
    ModelDescription description;
    description.sample_rate = host_rate;
    description.config = LinearConfig{1, voice->response_.channels, voice->response_.frames, false};
    description.weights = voice->response_.taps;
    voice->descriptions_ = {description};
  } else {
    const auto sizes = capture->file()->descriptions();
    voice->descriptions_.assign(sizes.begin(), sizes.end());
  }
  voice->capture_ = capture;
  const std::size_t size = voice->size_at(quality);
  voice->size_ = voice->followed_size_ = size;
  voice->fade_frames_ = std::llround(kFadeSeconds * rate);
  voice->ramp_frames_ = std::llround(kFadeSeconds * host_rate);
  for (int c = 0; c < channels; ++c) {
    Result<Model> model = Model::make(voice->descriptions_, size);
    if (!model) return refuse(model.error().text());
    const int field = model->receptive_field();
    const double tail = (field > 1 ? field / rate : 0.0) +
                        (is_recurrent(voice->descriptions_.back()) ? kRecurrentTailSeconds : 0.0);
    std::optional<RateBridge> bridge;
    if (rate != host_rate) bridge.emplace(host_rate, rate);
    voice->latency_ = bridge ? bridge->latency() : 0;
    // The converters' filters are symmetric: they ring as long after their middle as they are late.
    voice->tail_ = static_cast<int>(std::ceil(tail * host_rate)) + 2 * voice->latency_;
    const std::size_t outputs = static_cast<std::size_t>(model->out_channels()) * kTile;
    voice->lanes_.push_back({*std::move(model), std::move(bridge), std::vector<float>(outputs)});
  }
  return voice;
} catch (const std::bad_alloc&) {
  return Error{Error::Kind::config, capture->path() + ": there is not enough memory to play it"};
} catch (const std::runtime_error& error) {
  return Error{Error::Kind::config, capture->path() + ": " + error.what()};
}

void Voice::process(const LevelSettings& settings, float* const* rows, int frames) noexcept {
  if (lanes_.empty()) return;
  const int channels = static_cast<int>(lanes_.size());
  follow(settings);
  amplify(before_, rows, channels, frames);
  for (int c = 0; c < channels; ++c) {
    Lane& lane = lanes_[static_cast<std::size_t>(c)];
    // Of a stereo response, the left channel plays the first output and the right channel the second.
    const int output = std::min(c, lane.model.out_channels() - 1);
    const auto run_lane = [&](float* samples, int count) noexcept {
      for (int t = 0, n; t < count; t += n) {
        n = std::min(count - t, kTile);
        run(lane, output, samples + t, n);
      }
    };
    if (lane.bridge)
      lane.bridge->process(rows[c], frames, run_lane);
    else
      run_lane(rows[c], frames);
  }
  amplify(after_, rows, channels, frames);
}

void Voice::run(Lane& lane, int output, float* samples, int frames) noexcept {
  if (lane.model.out_channels() == 1) {
    lane.model.process(samples, samples, frames);
  } else {
    lane.model.process(samples, frames, lane.out.data(), kTile, frames);
    std::copy_n(lane.out.data() + std::ptrdiff_t{output} * kTile, frames, samples);
  }
  // For a signal far above full scale, a model's output may be infinite or NaN, and a recurrent model's state
  // would stay so.
  if (std::all_of(samples, samples + frames, [](float sample) { return std::isfinite(sample); })) return;
  std::fill_n(samples, frames, 0.0f);
  lane.model.reset();
}

void Voice::follow(const LevelSettings& settings) noexcept {
  const std::size_t size = this->size();
  if (!fresh_ && settings == followed_ && size == followed_size_) return;
  const LevelGains gains = level_gains(settings, *capture_, size);
  const std::int64_t frames = fresh_ ? 0 : ramp_frames_;
  before_.go_to(factor_of(static_cast<float>(gains.input_db)), frames);
  after_.go_to(factor_of(static_cast<float>(gains.output_db)), frames);
  followed_ = settings;
  followed_size_ = size;
  fresh_ = false;
}

void Voice::reset() noexcept {
  for (Lane& lane : lanes_) {
    lane.model.reset();
    if (lane.bridge) lane.bridge->reset();
  }
  fresh_ = true;
}

std::size_t Voice::size_at(double quality) const noexcept {
  return capture_ && capture_->file() ? capture_->file()->size_at(quality) : 0;
}

std::int64_t Voice::macs_of(std::size_t size) const noexcept {
  return capture_ && capture_->file() ? capture_->file()->sizes()[size].macs_per_frame : 0;
}

void Voice::set_size(std::size_t size) {
  for (Lane& lane : lanes_) lane.model.set_size(size, fade_frames_);
  size_.store(size, std::memory_order_relaxed);
}

}  // namespace nam_core::player
