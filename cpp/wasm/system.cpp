// Stubs for the system calls of the C library: a module has no files. They are defined here so that the
// module needs no WASI imports and starts in any host.
#include <cstdint>

namespace {

constexpr std::int32_t kNotSupported = 58;  // WASI's ENOTSUP

}  // namespace

extern "C" {
int close(int) { return -1; }  // without it, the linker keeps the import of fd_close
std::int32_t __imported_wasi_snapshot_preview1_fd_close(std::int32_t) { return kNotSupported; }
std::int32_t __imported_wasi_snapshot_preview1_fd_seek(std::int32_t, std::int64_t, std::int32_t,
                                                       std::int32_t) {
  return kNotSupported;
}
std::int32_t __imported_wasi_snapshot_preview1_fd_write(std::int32_t, std::int32_t, std::int32_t,
                                                        std::int32_t) {
  return kNotSupported;
}
}
