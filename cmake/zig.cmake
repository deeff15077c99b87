# For another system than this one, with zig's C++ compiler (PyPI's `ziglang`): clang, with a C++ library to link
# statically and the C libraries of all targets, each in the version that is asked for.
#   NAM_CORE_ZIG          the program zig
#   NAM_CORE_ZIG_TARGET   processor-system-library, such as aarch64-linux-gnu.2.17; or wasm32-wasi
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES NAM_CORE_ZIG NAM_CORE_ZIG_TARGET)
# CMake's own tests link nothing: they do so without optimisation, for which zig would build a C++ library apart.
# Where a target is set, the test that identifies the compiler does not link either.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_CXX_COMPILER_TARGET "${NAM_CORE_ZIG_TARGET}")

string(REGEX MATCH "^([^-]+)-([a-z]+)" nam_core_zig_matched "${NAM_CORE_ZIG_TARGET}")
set(CMAKE_SYSTEM_PROCESSOR "${CMAKE_MATCH_1}")
set(nam_core_zig_linux Linux)
set(nam_core_zig_macos Darwin)
set(nam_core_zig_windows Windows)
set(nam_core_zig_wasi Generic)
set(CMAKE_SYSTEM_NAME "${nam_core_zig_${CMAKE_MATCH_2}}")

# Nothing here is linked to a library of its own, so there are no paths to look for one.
set(CMAKE_SKIP_RPATH ON)

# One program with arguments, so that no scripts stand in between.
set(CMAKE_CXX_COMPILER "${NAM_CORE_ZIG}" c++)
set(CMAKE_CXX_ARCHIVE_CREATE "\"${NAM_CORE_ZIG}\" ar qc <TARGET> <LINK_FLAGS> <OBJECTS>")
set(CMAKE_CXX_ARCHIVE_APPEND "\"${NAM_CORE_ZIG}\" ar q <TARGET> <LINK_FLAGS> <OBJECTS>")
set(CMAKE_CXX_ARCHIVE_FINISH "\"${NAM_CORE_ZIG}\" ranlib <TARGET>")
set(CMAKE_MODULE_LINKER_FLAGS_INIT "-s")
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  string(APPEND CMAKE_MODULE_LINKER_FLAGS_INIT " -Wl,--version-script=${CMAKE_CURRENT_LIST_DIR}/module.map")
elseif(CMAKE_SYSTEM_NAME STREQUAL "Darwin")
  # Python's own names are in whatever program loads the module.
  set(CMAKE_SHARED_LINKER_FLAGS_INIT "-s -undefined dynamic_lookup")
endif()
