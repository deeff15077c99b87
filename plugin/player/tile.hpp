// How blocks of any length are cut, so that nothing allocates when a host changes its block size.
#pragma once

namespace nam_core::player {

// Frames at most that are processed at a time. The engine has the same tiles: it copies no more often for it.
inline constexpr int kTile = 128;
inline constexpr int kMostChannels = 2;

}  // namespace nam_core::player
