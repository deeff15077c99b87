#include "player/finding.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "player/file_hash.hpp"

namespace nam_core::player {

namespace {

namespace fs = std::filesystem;

constexpr int kMostSeen = 10000, kMostRead = 1000;
// The search does not hash larger files: reading them would take too long.
constexpr std::uintmax_t kMostBytes = std::uintmax_t{1} << 26;

std::string hash_of(const fs::path& path) {
  std::error_code error;
  if (const auto size = fs::file_size(path, error); error || size > kMostBytes) return "";
  std::ifstream file(path, std::ios::binary);
  const std::string contents{std::istreambuf_iterator<char>(file), {}};
  return sha256_of(contents);
}

std::vector<fs::path> files_below(const std::vector<std::string>& folders) {
  std::vector<fs::path> found;
  for (const std::string& folder : folders) {
    std::error_code error;
    fs::recursive_directory_iterator each(folder, fs::directory_options::skip_permission_denied, error), end;
    for (; !error && each != end && found.size() < kMostSeen; each.increment(error)) {
      std::error_code unreadable;
      if (each->is_regular_file(unreadable)) found.push_back(each->path());
    }
  }
  return found;
}

}  // namespace

std::vector<std::string> model_folders() {
  std::vector<std::string> folders;
  if (const char* named = std::getenv("NAM_CORE_PATH")) {
    std::istringstream list(named);
    for (std::string folder; std::getline(list, folder, ':');)
      if (!folder.empty()) folders.push_back(folder);
  }
  if (const char* home = std::getenv("HOME")) folders.push_back(std::string(home) + "/.local/share/nam_core");
  return folders;
}

std::string find_file(const SavedFile& saved, const std::vector<std::string>& folders) {
  std::error_code error;
  if (saved.path.empty() || fs::exists(saved.path, error)) return saved.path;
  const fs::path name = fs::path(saved.path).filename();
  const std::vector<fs::path> files = files_below(folders);
  int left = kMostRead;
  // Without a hash, a file with the same name is taken.
  for (const fs::path& file : files)
    if (file.filename() == name && --left >= 0 && (saved.sha256.empty() || hash_of(file) == saved.sha256))
      return file.string();
  for (const fs::path& file : files)
    if (!saved.sha256.empty() && file.extension() == name.extension() && --left >= 0 &&
        hash_of(file) == saved.sha256)
      return file.string();
  return saved.path;
}

}  // namespace nam_core::player
