// A block of at most kTile frames that a model processes.
#pragma once

#include "kernels/kernel_table.hpp"

namespace nam_core::detail::base {

template <class T>
struct Block {
  const kernels::KernelTable<T>& kernels;
  int frames;
  // If set, frame 0 stands for an endless constant signal: every history is filled with its value. One frame
  // of silence then brings a model with a finite receptive field to its settled state (format 6.2).
  bool settle = false;
};

}  // namespace nam_core::detail::base
