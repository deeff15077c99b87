// The files beside a file: what the window's arrows go through.
#pragma once

#include <string>

namespace nam_core::dpf {

// The file that comes `steps` after `path` in its folder, by name, and around the folder's end. Models follow
// models, and sound files follow sound files. `path` itself if there is no other. Reads the folder.
std::string neighbour(const std::string& path, int steps);

}  // namespace nam_core::dpf
