// One run of at most kTile frames on its way through a model.
#pragma once

#include "kernels/kernel_table.hpp"

namespace nam_core::detail::base {

template <class T>
struct Block {
  const kernels::KernelTable<T>& kernels;
  int frames;
  // Settling: frame 0 is taken to have gone on forever, so every history is filled with what it wrote there.
  // One frame of silence then brings a model with a finite receptive field to its settled state (format 6.2).
  bool settle = false;
};

}  // namespace nam_core::detail::base
