// Where a row begins.
#pragma once

namespace nam_core::detail::kernels {
namespace {

template <class T>
inline T* row(const Rows<T>& rows, int i) {
  return rows.data + i * rows.stride;
}
template <class T>
inline const T* row(const ConstRows<T>& rows, int i) {
  return rows.data + i * rows.stride;
}

}  // namespace
}  // namespace nam_core::detail::kernels
