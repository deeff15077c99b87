# A module for browsers, node and workers: wasm32-wasi without any import, by zig's C++ compiler (cmake/zig.cmake).
# No exceptions, no RTTI, no threads. NAM_CORE_WASM_RELAXED: with relaxed SIMD.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES NAM_CORE_WASM_RELAXED)
set(NAM_CORE_ZIG_TARGET wasm32-wasi)
include("${CMAKE_CURRENT_LIST_DIR}/zig.cmake")
set(nam_core_wasm_cpu generic+simd128)
if(NAM_CORE_WASM_RELAXED)
  string(APPEND nam_core_wasm_cpu +relaxed_simd)
endif()
set(CMAKE_CXX_FLAGS_INIT "-mcpu=${nam_core_wasm_cpu} -fno-exceptions -fno-rtti -fno-math-errno -fno-trapping-math -ffunction-sections")
# It goes over the network: small, but for the kernels (cpp/kernels/kernels.cmake), which do the work of every frame.
set(NAM_CORE_RELEASE_OPTIMISATION -Oz)
set(CMAKE_EXECUTABLE_SUFFIX .wasm)
set(CMAKE_EXECUTABLE_SUFFIX_CXX .wasm)
