// The contents of a file: a model or an impulse response. Immutable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "nam_core/nam_file.hpp"
#include "player/impulse_response.hpp"

namespace nam_core::player {

class Capture {
 public:
  // Reads and checks a file. An error names the file, the place in it, and what is wrong there. Allocates.
  static Result<std::shared_ptr<const Capture>> read(const std::string& path);

  const std::string& path() const noexcept { return path_; }
  const std::string& sha256() const noexcept { return sha256_; }
  // In Hz; 48000 if the model does not state it.
  double sample_rate() const noexcept;
  // The model; null for an impulse response.
  const NamFile* file() const noexcept { return file_ ? &*file_ : nullptr; }
  // The response; null for a model.
  const ImpulseResponse* response() const noexcept { return response_ ? &*response_ : nullptr; }
  // One line of what the file states about itself: name, maker, and warnings. "" if it states nothing.
  std::string summary() const;

 private:
  std::string path_, sha256_;
  std::optional<NamFile> file_;
  std::optional<ImpulseResponse> response_;
};

// The loudness of a size in dB; empty if the file does not state it.
std::optional<double> loudness_of(const Capture& capture, std::size_t size) noexcept;

}  // namespace nam_core::player
