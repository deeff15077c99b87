// nam_core for hosts without Python: models in float32, on the best instruction set that the processor has,
// with the same bits as in Python.
//
//     #include <nam_core/nam_core.hpp>
//     #include "amp.hpp"                            // from nam-core export-c
//
//     nam_core::Model model(nam_core::model_amp::description);
//     model.process(in, out, frames);               // in the audio thread
//
// nam_core/nam_file.hpp reads .nam files instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "nam_core/description.hpp"
#include "nam_core/result.hpp"
#include "nam_core/version.hpp"

namespace nam_core {

// The most bytes that a file may make a program allocate, unless the program gives another limit.
inline constexpr std::int64_t kDefaultMaxBytes = std::int64_t{1} << 30;

// See Model's functions of these names.
struct Reach {
  int receptive_field = 1, bit_memory = 1, grid = 1;
};

// A model and its state. One thread at a time may use it, unless a function says otherwise. A moved-from
// Model may only be destroyed or assigned to.
class Model {
 public:
  // A model of one size, in its start state. `isa` names an instruction set; "" takes the best. All compute
  // the same bits, except "scalar-nofma". Throws std::invalid_argument for a description that
  // does not fit together, std::runtime_error for an instruction set that is not available. Allocates.
  explicit Model(const ModelDescription& model, const char* isa = "");
  // One of several sizes of the same model, which set_size can change. The span's descriptions must outlive
  // the Model. Throws std::out_of_range for `size`, and as above. Allocates.
  Model(std::span<const ModelDescription> sizes, std::size_t size, const char* isa = "");
  // The same without exceptions: it returns an Error where the constructors throw. It checks every size, so
  // that no set_size can fail later. It also returns an Error if the present size, with a stream that can
  // change sizes, would take more than `max_bytes`; they are counted before they are allocated. Allocates.
  static Result<Model> make(std::span<const ModelDescription> sizes, std::size_t size,
                            std::int64_t max_bytes = kDefaultMaxBytes, const char* isa = "");
  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;
  ~Model();

  // Runs the next `frames` frames of a stream; the output does not depend on how it is cut into calls. Full
  // scale is 1.0; samples must be finite. Planar: channel i starts at in + i * in_stride, and out + i *
  // out_stride. `out` may be `in`. Real time: no allocation, lock or system call, bounded work; denormals
  // count as zero inside. While another thread is in process, throws std::runtime_error and does nothing.
  void process(const float* in, std::ptrdiff_t in_stride, float* out, std::ptrdiff_t out_stride,
               std::ptrdiff_t frames);
  // The same for one channel in and out, or for channels that follow one another in memory.
  void process(const float* in, float* out, std::ptrdiff_t frames) {
    process(in, frames, out, frames, frames);
  }

  // Returns to the start state. The next call of process does the work. Any thread, real time.
  void reset() noexcept;

  // Switches to another size with a crossfade of `fade_frames`. After the crossfade, the output has the bits
  // of a model that had this size from the start. One thread at a time may call it, but not the thread in
  // `process`, which never waits. Throws std::out_of_range. Allocates, and takes about as long as playing
  // receptive_field() frames.
  void set_size(std::size_t size, std::ptrdiff_t fade_frames);

  int in_channels() const noexcept;
  int out_channels() const noexcept;
  // Frames that influence one output frame, the present one included; 1 for an LSTM. Of the present size.
  int receptive_field() const noexcept { return reach_.receptive_field; }
  // Frames that influence the bits of one output frame, the present one included; with long responses they
  // are more than the receptive field. A Model that takes over a stream in the middle must start at least
  // bit_memory() - 1 frames earlier, at a multiple of grid() frames.
  int bit_memory() const noexcept { return reach_.bit_memory; }
  int grid() const noexcept { return reach_.grid; }
  // Hz; 0 if the model's file does not say, and 48000 is then a good guess.
  double sample_rate() const noexcept { return sample_rate_; }
  // The instruction set in use.
  const char* isa() const noexcept;
  // Multiply-adds of one frame, of the present size.
  std::int64_t macs_per_frame() const noexcept { return macs_; }
  // Bytes of weights and state when this was made; set_size does not change the figure.
  std::int64_t memory_bytes() const noexcept { return memory_bytes_; }

 private:
  std::span<const ModelDescription> sizes_;
  std::size_t size_;
  double sample_rate_;
  Reach reach_;
  std::int64_t memory_bytes_ = 0, macs_ = 0;
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace nam_core
