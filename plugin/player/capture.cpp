#include "player/capture.hpp"

#include <filesystem>
#include <fstream>
#include <new>

#include "player/file_hash.hpp"

namespace nam_core::player {

namespace {

constexpr double kDefaultSampleRate = 48000.0;

Error about(const std::string& path, const std::string& what) {
  return {Error::Kind::file, (path.empty() ? "the empty path" : path) + ": " + what};
}

Result<std::string> contents_of(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return about(path, "there is no such file");
  if (!std::filesystem::is_regular_file(status)) return about(path, "is a folder or a device, not a file");
  const auto size = std::filesystem::file_size(path, error);
  if (error) return about(path, "cannot be read: " + error.message());
  if (size > static_cast<std::uintmax_t>(kDefaultMaxBytes))
    return about(path, "has " + std::to_string(size) + " bytes; at most " + std::to_string(kDefaultMaxBytes) +
                           " are read");
  std::ifstream file(path, std::ios::binary);
  std::string contents(static_cast<std::size_t>(size), '\0');
  if (!file.read(contents.data(), static_cast<std::streamsize>(size)))
    return about(path, "cannot be read: it may belong to another user");
  return contents;
}

}  // namespace

Result<std::shared_ptr<const Capture>> Capture::read(const std::string& path) try {
  Result<std::string> contents = contents_of(path);
  if (!contents) return contents.error();
  auto made = std::make_shared<Capture>();
  made->path_ = path;
  made->sha256_ = sha256_of(*contents);
  if (is_sound(*contents)) {
    Result<ImpulseResponse> response = read_impulse_response(*contents);
    if (!response) return about(path, response.error().text());
    made->response_ = *std::move(response);
  } else {
    Result<NamFile> file = read_nam(*contents);
    if (!file) return about(path, file.error().text());
    if (file->in_channels() != 1)
      return about(path, "this model has " + std::to_string(file->in_channels()) +
                             " inputs; the player plays models with 1 input");
    made->file_ = *std::move(file);
  }
  return std::shared_ptr<const Capture>(std::move(made));
} catch (const std::bad_alloc&) {
  return about(path, "there is not enough memory to read it");
}

double Capture::sample_rate() const noexcept {
  return response_ ? response_->sample_rate : file_->sample_rate().value_or(kDefaultSampleRate);
}

std::string Capture::summary() const {
  if (response_)
    return "impulse response, " + std::to_string(response_->frames) + " taps" +
           (response_->channels == 2 ? ", stereo" : "");
  std::string words;
  const auto add = [&words](const std::optional<std::string>& more, const char* between) {
    if (more && !more->empty()) words += (words.empty() ? "" : between) + *more;
  };
  const Metadata& metadata = file_->metadata();
  add(metadata.name, "");
  add(metadata.modeled_by, " by ");
  for (const std::string& warning : file_->warnings()) add(warning, "; ");
  return words;
}

std::optional<double> loudness_of(const Capture& capture, std::size_t size) noexcept {
  return capture.file() ? capture.file()->sizes()[size].loudness : std::nullopt;
}

}  // namespace nam_core::player
