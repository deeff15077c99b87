// The way from the window to the player: both are in one process, and so in one module.
#pragma once

#include "player/player.hpp"

namespace nam_core::dpf {

// `plugin` is what DPF gives a window as the plug-in's instance. The main thread may ask; the player stays
// until the host changes its sample rate.
player::Player& player_of(void* plugin) noexcept;

}  // namespace nam_core::dpf
