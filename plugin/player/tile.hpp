// Blocks of any length are cut into tiles, so that nothing allocates when a host changes its block length.
#pragma once

namespace nam_core::player {

// The most frames of a tile. The engine cuts blocks into tiles of the same length, so this adds no copies.
inline constexpr int kTile = 128;
inline constexpr int kMostChannels = 2;

}  // namespace nam_core::player
