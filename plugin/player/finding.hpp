// Finds the file of a saved state when it is no longer at its path.
#pragma once

#include <string>
#include <vector>

namespace nam_core::player {

// The file of a slot as a state saves it. Empty path: nothing is loaded.
struct SavedFile {
  std::string path;
  std::string sha256;  // "": not known
};

// The folders to search: those in the environment variable NAM_CORE_PATH, separated by colons, then
// ~/.local/share/nam_core.
std::vector<std::string> model_folders();

// Returns, in this order: the saved path if it exists; a file in the folders (and below) with its name and
// hash; a file there with its hash; the saved path. Looks at 10,000 files at most, and reads 1,000 at most.
std::string find_file(const SavedFile& saved, const std::vector<std::string>& folders);

}  // namespace nam_core::player
