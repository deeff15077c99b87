// The files in the folder of a file. The window's arrow keys go through them.
#pragma once

#include <string>

namespace nam_core::dpf {

// Returns the file that is `steps` places after `path` in its folder, sorted by name; after the last file
// comes the first. A model is followed by models only, a sound file by sound files only. Returns `path` if
// there is no other file. Reads the folder.
std::string neighbour(const std::string& path, int steps);

}  // namespace nam_core::dpf
