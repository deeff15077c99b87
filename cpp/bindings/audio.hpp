// Arrays of audio that come from Python or go to Python.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace nam_core::detail::bindings {

namespace py = pybind11;

// A view of an array whose dtype is T and whose shape is (frames,) for one channel, (channels, frames)
// otherwise, with time contiguous; data null for any other object.
template <class T>
struct Audio {
  T* data = nullptr;
  std::ptrdiff_t stride = 0;
  std::ptrdiff_t frames = 0;

  Audio(py::handle object, int channels, bool writeable) {
    if (!py::isinstance<py::array_t<T>>(object)) return;
    const auto array = py::reinterpret_borrow<py::array>(object);
    const auto ndim = channels == 1 ? 1 : 2;
    if (array.ndim() != ndim || (writeable && !array.writeable())) return;
    if (ndim == 2 && array.shape(0) != channels) return;
    const std::ptrdiff_t count = array.shape(ndim - 1);
    if (count > 1 && array.strides(ndim - 1) != sizeof(T)) return;
    if (ndim == 2 && array.strides(0) % static_cast<std::ptrdiff_t>(sizeof(T)) != 0) return;
    if (reinterpret_cast<std::uintptr_t>(array.data()) % alignof(T) != 0) return;
    stride = ndim == 2 ? array.strides(0) / static_cast<std::ptrdiff_t>(sizeof(T)) : 0;
    frames = count;
    // An empty array may have no memory; any address but null will do.
    data =
        count == 0 ? reinterpret_cast<T*>(alignof(T)) : const_cast<T*>(static_cast<const T*>(array.data()));
  }
};

// Whether writing result block by block would overwrite input that is still to be read.
template <class T>
bool overwrites(const Audio<T>& in, int in_channels, const Audio<T>& result, int out_channels) {
  if (result.data == in.data && result.stride == in.stride) return false;
  const std::less_equal<const T*> not_after;
  if (in_channels == 1 && out_channels == 1)
    return !not_after(result.data, in.data) && !not_after(in.data + in.frames, result.data);
  const auto extent = [](const Audio<T>& audio, int channels) {
    const std::ptrdiff_t last = (channels - 1) * audio.stride;
    return std::pair{audio.data + std::min<std::ptrdiff_t>(last, 0),
                     audio.data + std::max<std::ptrdiff_t>(last, 0) + audio.frames};
  };
  const auto [in_first, in_end] = extent(in, in_channels);
  const auto [out_first, out_end] = extent(result, out_channels);
  return !not_after(in_end, out_first) && !not_after(out_end, in_first);
}

// What an array must be so that Audio takes it, apart from its dtype; for error messages.
inline std::string layout_of(int channels) {
  return (channels == 1 ? "the shape (frames,)" : "the shape (" + std::to_string(channels) + ", frames)") +
         ", with contiguous frames";
}

// (frames,) for one channel, (channels, frames) otherwise.
template <class T>
py::array make_array(int channels, std::ptrdiff_t frames) {
  if (channels == 1) return py::array_t<T>(frames);
  return py::array_t<T>({static_cast<std::ptrdiff_t>(channels), frames});
}

}  // namespace nam_core::detail::bindings
