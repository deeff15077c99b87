// How the window reaches the player: the window's code and the player's are in one process and one module.
#pragma once

#include "player/player.hpp"

namespace nam_core::dpf {

// `plugin` is the plug-in's instance as DPF gives it to a window. Call this on the main thread. The reference
// is valid until the host changes the sample rate.
player::Player& player_of(void* plugin) noexcept;

}  // namespace nam_core::dpf
