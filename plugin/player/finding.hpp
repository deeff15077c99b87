// Where a saved model is, when it is not where it was.
#pragma once

#include <string>
#include <vector>

namespace nam_core::player {

// What a state keeps of a slot. An empty path: nothing is loaded.
struct SavedFile {
  std::string path;
  std::string sha256;  // "": not known
};

// The folders of the user's models: those that the variable NAM_CORE_PATH names, between colons, then
// ~/.local/share/nam_core.
std::vector<std::string> model_folders();

// The path, if there is such a file. Else the file below the folders that has the name and the hash; else one
// that has the hash. Else the path as it was. Looks at 10,000 files at most, and reads 1,000.
std::string find_file(const SavedFile& saved, const std::vector<std::string>& folders);

}  // namespace nam_core::player
