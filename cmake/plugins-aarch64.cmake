# The plug-ins for AArch64 Linux on another machine: zig's C++ compiler (cmake/zig.cmake), Debian's libraries.
#   NAM_CORE_LIBRARIES    the folder that tools/plugin_libraries.py prints
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES NAM_CORE_LIBRARIES)
set(NAM_CORE_ZIG_TARGET aarch64-linux-gnu.2.17)
include("${CMAKE_CURRENT_LIST_DIR}/zig.cmake")
# Without Python's list of exports: that of the plug-ins is plugin/exports.map. It has the entry points of all formats,
# and this linker would want each plug-in to have all of them.
# nodelete: what zig links does not run the destructors of static objects when a host unloads a plug-in. They would run at
# the end of the host's process, when the plug-in's code is gone; so the code stays in memory.
set(CMAKE_MODULE_LINKER_FLAGS_INIT "-s -Wl,--undefined-version -Wl,-z,nodelete")
# The libraries need a newer C library than the plug-ins do. The tests' programs find it in the same folder.
set(CMAKE_EXE_LINKER_FLAGS_INIT -Wl,--allow-shlib-undefined)

set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH "${NAM_CORE_LIBRARIES}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${NAM_CORE_LIBRARIES}")
set(ENV{PKG_CONFIG_LIBDIR} "${NAM_CORE_LIBRARIES}/usr/lib/aarch64-linux-gnu/pkgconfig:${NAM_CORE_LIBRARIES}/usr/share/pkgconfig")
# Otherwise pkg-config leaves out the folders /usr/include and /usr/lib/aarch64-linux-gnu, also in here.
set(ENV{PKG_CONFIG_ALLOW_SYSTEM_CFLAGS} 1)
set(ENV{PKG_CONFIG_ALLOW_SYSTEM_LIBS} 1)

# For describe_lv2, and for the tests.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L "${NAM_CORE_LIBRARIES}")
