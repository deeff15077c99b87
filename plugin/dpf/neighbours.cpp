#include "dpf/neighbours.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <vector>

namespace nam_core::dpf {

namespace {

namespace fs = std::filesystem;

enum class FileKind { model, sound, other };

FileKind kind_of(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (ending == ".nam") return FileKind::model;
  for (const char* sound : {".wav", ".flac", ".aif", ".aiff"})
    if (ending == sound) return FileKind::sound;
  return FileKind::other;
}

}  // namespace

std::string neighbour(const std::string& path, int steps) {
  const fs::path folder = fs::path(path).parent_path(), name = fs::path(path).filename();
  std::vector<fs::path> names;
  std::error_code error;
  for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error))
    if (kind_of(each->path()) == kind_of(name)) names.push_back(each->path().filename());
  if (names.empty()) return path;
  std::sort(names.begin(), names.end());
  const auto found = std::lower_bound(names.begin(), names.end(), name);
  // If `path` no longer exists, its place is between the two files around its name.
  if ((found == names.end() || *found != name) && steps > 0) --steps;
  const auto count = static_cast<std::ptrdiff_t>(names.size());
  const std::ptrdiff_t at = (found - names.begin() + steps) % count;
  return (folder / names[static_cast<std::size_t>((at + count) % count)]).string();
}

}  // namespace nam_core::dpf
