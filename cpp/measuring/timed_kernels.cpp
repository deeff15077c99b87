#include "measuring/timed_kernels.hpp"

#include <algorithm>
#include <limits>

namespace nam_core::detail::measuring {

using base::as_const;
using kernels::ActivationArgs;
using kernels::ConvArgs;
using kernels::ElementwiseArgs;
using kernels::FilmArgs;
using kernels::KernelTable;
using kernels::kParts;
using kernels::LayerArgs;
using kernels::LstmArgs;
using kernels::Part;

namespace {

template <class T>
thread_local TimedKernels<T>* recorder = nullptr;

constexpr int kCalibrationBatches = 16;
constexpr int kCalibrationCalls = 256;

}  // namespace

// The functions of the table.
template <class T>
struct TimedKernels<T>::Wrappers {
  template <class Call>
  static void time(Part part, Call&& call) {
    TimedKernels& to = *recorder<T>;
    if (to.apart_)
      call(to.kernels_);
    else
      to.time(to.parts_[static_cast<std::size_t>(part)], [&] { call(to.kernels_); });
  }

  static void conv(const ConvArgs<T>& args) {
    time(args.part, [&](const KernelTable<T>& kernels) { kernels.conv(args); });
  }
  static void activation(const ActivationArgs<T>& args) {
    time(Part::activation, [&](const KernelTable<T>& kernels) { kernels.activation(args); });
  }
  static void layer(const LayerArgs<T>& args) {
    TimedKernels& to = *recorder<T>;
    if (to.apart_)
      to.time_apart(args);
    else
      to.time(to.layers_, [&] { to.kernels_.layer(args); });
  }
  static void copy(const ElementwiseArgs<T>& args) {
    time(Part::history, [&](const KernelTable<T>& kernels) { kernels.copy(args); });
  }
  static void add(const ElementwiseArgs<T>& args) {
    time(Part::sums, [&](const KernelTable<T>& kernels) { kernels.add(args); });
  }
  static void multiply(const ElementwiseArgs<T>& args) {
    // Only head_scale multiplies all rows by the same row.
    const Part part = args.b.stride == 0 ? Part::head_scale : Part::gating;
    time(part, [&](const KernelTable<T>& kernels) { kernels.multiply(args); });
  }
  static void blend(const ElementwiseArgs<T>& args) {
    time(Part::gating, [&](const KernelTable<T>& kernels) { kernels.blend(args); });
  }
  static void film(const FilmArgs<T>& args) {
    time(Part::film, [&](const KernelTable<T>& kernels) { kernels.film(args); });
  }
  static void lstm(const LstmArgs<T>& args) {
    time(Part::lstm, [&](const KernelTable<T>& kernels) { kernels.lstm(args); });
  }

  static void forward(const kernels::PassArgs<T>& args) {
    time(Part::transform, [&](const KernelTable<T>& kernels) { kernels.forward(args); });
  }
  static void backward(const kernels::PassArgs<T>& args) {
    time(Part::transform, [&](const KernelTable<T>& kernels) { kernels.backward(args); });
  }
  static void turn(const kernels::TurnArgs<T>& args) {
    time(Part::transform, [&](const KernelTable<T>& kernels) { kernels.turn(args); });
  }
  static void spectra(const kernels::SpectraArgs<T>& args) {
    time(Part::spectra, [&](const KernelTable<T>& kernels) { kernels.spectra(args); });
  }

  // Sizes, and kernels that no model calls, stay as in the real table.
  static KernelTable<T> table(KernelTable<T> table) {
    table.conv = conv;
    table.activation = activation;
    if (table.layer) table.layer = layer;
    table.copy = copy;
    table.add = add;
    table.multiply = multiply;
    table.blend = blend;
    table.film = film;
    table.lstm = lstm;
    table.forward = forward;
    table.backward = backward;
    table.turn = turn;
    table.spectra = spectra;
    return table;
  }
};

template <class T>
TimedKernels<T>::TimedKernels(const KernelTable<T>& kernels)
    : kernels_(kernels), table_(Wrappers::table(kernels)) {
  recorder<T> = this;
  calibrate();
}

template <class T>
TimedKernels<T>::~TimedKernels() {
  recorder<T> = nullptr;
}

template <class T>
template <class Call>
double TimedKernels<T>::time(Account& account, Call&& call) {
  const double seconds = seconds_of(call);
  account.seconds += seconds;
  ++account.calls;
  return seconds;
}

// Measures what timing costs, on kernels that do nothing. It takes the least of several batches, because
// other programs may run meanwhile.
template <class T>
void TimedKernels<T>::calibrate() {
  const ElementwiseArgs<T> nothing{};
  Account& account = parts_[static_cast<std::size_t>(Part::history)];
  inside_ = around_ = std::numeric_limits<double>::infinity();
  for (int batch = 0; batch < kCalibrationBatches; ++batch) {
    account = {};
    const double total = seconds_of([&] {
      for (int i = 0; i < kCalibrationCalls; ++i) table_.copy(nothing);
    });
    inside_ = std::min(inside_, account.seconds / kCalibrationCalls);
    around_ = std::min(around_, (total - account.seconds) / kCalibrationCalls);
  }
  account = {};
}

// Times the fused kernel, and then the separate kernels that compute the same, into memory that nobody reads.
template <class T>
void TimedKernels<T>::time_apart(const LayerArgs<T>& args) {
  const kernels::ConvPanel<T>& last = args.conv->panels[args.conv->panel_count - 1];
  const int rows = last.first + last.rows;
  if (conv_.channels() < rows)
    for (auto* buffer : {&conv_, &activated_, &sum_, &next_}) *buffer = base::PlanarBuffer<T>(rows);

  const double fused = seconds_of([&] { kernels_.layer(args); });
  std::array<double, kParts> apart{};
  const auto time_part = [&](Part part, auto&& call) {
    // Above zero, so that every part has a share even if the clock is too coarse for it.
    apart[static_cast<std::size_t>(part)] = std::max(seconds_of(call) - inside_, 1e-9);
  };
  ConvArgs<T> conv = *args.conv;
  conv.out = conv_.rows();
  time_part(Part::conv, [&] { kernels_.conv(conv); });
  const ActivationArgs<T> activation{args.activation,   args.parameters, as_const(conv_.rows()),
                                     activated_.rows(), sum_.rows(),     rows,
                                     conv.frames};
  time_part(Part::activation, [&] { kernels_.activation(activation); });
  if (args.layer1x1) {
    ConvArgs<T> next = *args.layer1x1;
    next.frames = conv.frames;
    next.residual = as_const(args.signals->residual_in);
    next.taps = activated_.rows().data;
    next.tap_stride = activated_.rows().stride;
    next.out = next_.rows();
    time_part(next.part, [&] { kernels_.conv(next); });
  }
  double sum = 0;
  for (const double seconds : apart) sum += seconds;
  for (std::size_t part = 0; part < kParts; ++part) {
    shares_[part].seconds += fused * apart[part] / sum;
    shares_[part].calls += apart[part] > 0;
  }
}

template <class T>
KernelTimes TimedKernels<T>::times() const {
  KernelTimes times;
  const auto without_clock = [&](const Account& account) {
    times.clock_seconds += static_cast<double>(account.calls) * (inside_ + around_);
    return std::max(account.seconds - static_cast<double>(account.calls) * inside_, 0.0);
  };
  double shares = 0;
  for (const Account& share : shares_) shares += share.seconds;
  const double layers = without_clock(layers_);
  for (std::size_t part = 0; part < kParts; ++part) {
    times.seconds[part] = without_clock(parts_[part]);
    if (shares > 0) times.seconds[part] += layers * shares_[part].seconds / shares;
    times.calls[part] = parts_[part].calls + shares_[part].calls;
  }
  return times;
}

template class TimedKernels<float>;
template class TimedKernels<double>;

}  // namespace nam_core::detail::measuring
