// Reads .nam files for hosts without Python. It accepts the files that the Python package accepts, and
// reports errors at the same place. It is a library of its own, nam_core::nam_file.
//
//     #include <nam_core/nam_file.hpp>
//
//     auto file = nam_core::read_nam(text);                          // the contents of amp.nam
//     if (!file) return complain(file.error().text());
//     auto model = nam_core::Model::make(file->descriptions(), file->size_at(1.0));
//     if (!model) return complain(model.error().text());
//     model->process(in, out, frames);                               // in the audio thread
//
// Nothing here throws, whatever the text contains, as long as memory can be allocated.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nam_core/nam_core.hpp"

namespace nam_core {

// The order in which a file lists the taps of its Linear models (format D4).
enum class LinearTaps { newest_first, oldest_first };

struct ReadOptions {
  // oldest_first is for files that trainer 0.13.0 exported; the files themselves do not tell the order.
  LinearTaps linear_taps = LinearTaps::newest_first;
  // A text longer than a fortieth of this is refused: Python's values take up to 40 bytes per byte of text.
  // The values here take less.
  std::int64_t max_bytes = kDefaultMaxBytes;
};

// One size of a model, selected by every quality from `low` up to, but not including, `high`; the last size
// includes it.
struct Size {
  double low = 0.0, high = 1.0;
  std::vector<int> channels;  // of each layer array, or the hidden size; of a Sequential, those of its models
  std::int64_t parameters = 0, macs_per_frame = 0;
  std::optional<double> loudness;  // dB, of the submodel that a container uses; of another model, its own
};

// What a file says about its capture (format 1.2).
struct Metadata {
  std::optional<std::string> name, modeled_by, gear_type, gear_make, gear_model, tone_type;
  std::optional<double> loudness;  // dB: RMS of the output for the standard input
  std::optional<double> gain;
  std::optional<double> input_level_dbu, output_level_dbu;  // dBu RMS, for a 1 kHz sine with a 0 dBFS peak
};

// A file that has been read. It holds what its descriptions refer to, and must outlive each Model of several
// sizes.
class NamFile {
 public:
  // One description for each size, smallest first.
  std::span<const ModelDescription> descriptions() const noexcept { return descriptions_; }
  const std::vector<Size>& sizes() const noexcept { return sizes_; }
  // The size that a quality selects, from 0 (smallest) to 1 (full). A size that cannot be cut (format 7.5) is
  // not among the sizes; the next larger one stands for it.
  std::size_t size_at(double quality) const noexcept;

  const std::string& version() const noexcept { return version_; }
  const std::string& architecture() const noexcept { return architecture_; }
  int in_channels() const noexcept { return in_channels_; }
  int out_channels() const noexcept { return out_channels_; }
  // Hz; none if the file does not say.
  std::optional<double> sample_rate() const noexcept { return sample_rate_; }
  const Metadata& metadata() const noexcept { return metadata_; }
  // The parts that were ignored, each with its place.
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  friend Result<NamFile> read_nam(std::string_view text, const ReadOptions& options);
  std::shared_ptr<const void> kept_;
  std::vector<ModelDescription> descriptions_;
  std::vector<Size> sizes_;
  std::string version_, architecture_;
  int in_channels_ = 0, out_channels_ = 0;
  std::optional<double> sample_rate_;
  Metadata metadata_;
  std::vector<std::string> warnings_;
};

// Reads and checks the text of a .nam file, in UTF-8. Allocates; the text need not outlive the call.
Result<NamFile> read_nam(std::string_view text, const ReadOptions& options = {});

}  // namespace nam_core
