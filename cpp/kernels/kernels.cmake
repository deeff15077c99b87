# Each call of nam_core_add_kernel_set adds one kernel set: it compiles the units with the flags of that instruction
# set, and the registry lists the set. The best set comes first. VECTORS is the header in kernels/simd, FEATURE the
# member of CpuFeatures that the set needs ("always": it needs none). Builds with sanitizers compile only the sets that
# they run, because one set takes minutes.
set(NAM_CORE_KERNEL_SETS "" CACHE STRING "Kernel sets to compile, of the processor's; empty: all")
# One file per kernel, so that after an edit only that kernel is compiled again.
set(nam_core_kernel_units activation conv elementwise film layer lstm saturate spectra table transform)
list(TRANSFORM nam_core_kernel_units REPLACE "(.+)" "kernels/impl/\\1.cpp")
set(nam_core_kernel_objects)
set(nam_core_kernel_declarations)
set(nam_core_kernel_entries)
# The kernels of training, for Python alone.
set(nam_core_training_units activation combine outer stft table)
list(TRANSFORM nam_core_training_units REPLACE "(.+)" "training/kernels/\\1.cpp")
# A unity build compiles the small units together, because most of what they compile is the headers of the instruction
# sets. conv and layer take longest and stay apart; lstm stays apart because gcc would inline it otherwise.
set(nam_core_small_units ${nam_core_kernel_units} ${nam_core_training_units})
list(FILTER nam_core_small_units EXCLUDE REGEX "/(conv|layer|lstm)\\.cpp$")
set_source_files_properties(${nam_core_small_units} PROPERTIES UNITY_GROUP small)
set(nam_core_training_objects)
set(nam_core_training_declarations)
set(nam_core_training_entries)

# An object library of units that are compiled for one instruction set.
function(nam_core_add_kernel_objects target id vectors flags)
  add_library(${target} OBJECT ${ARGN})
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/include")
  target_compile_definitions(${target} PRIVATE
    NAM_KERNEL_SET=${id} "NAM_KERNEL_VECTORS=\"kernels/simd/vec_${vectors}.hpp\"")
  # No unit may need the C++ runtime or emit a weak symbol.
  target_compile_options(${target} PRIVATE ${flags} -fno-math-errno -fno-trapping-math -fno-exceptions -fno-rtti
    -fno-lto -fno-asynchronous-unwind-tables
    # gcc 12 warns about undefined pass-through operands in its own AVX-512 header.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endfunction()

function(nam_core_add_kernel_set name)
  if(NAM_CORE_KERNEL_SETS AND NOT name IN_LIST NAM_CORE_KERNEL_SETS)
    return()
  endif()
  cmake_parse_arguments(arg "FUSED;FLOAT32_ONLY" "VECTORS;FEATURE" "FLAGS" ${ARGN})
  string(REPLACE "-" "_" id "${name}")
  nam_core_add_kernel_objects(nam_core_kernels_${id} ${id} ${arg_VECTORS} "${arg_FLAGS}" ${nam_core_kernel_units})
  if(NAM_CORE_PYTHON)
    nam_core_add_kernel_objects(
      nam_core_training_kernels_${id} ${id} ${arg_VECTORS} "${arg_FLAGS}" ${nam_core_training_units})
    set(nam_core_training_objects
      ${nam_core_training_objects} $<TARGET_OBJECTS:nam_core_training_kernels_${id}> PARENT_SCOPE)
    set(nam_core_training_declarations "${nam_core_training_declarations}\
namespace nam_core::detail::kernels::${id} {\nextern const TrainingTable training_table;\n}\n" PARENT_SCOPE)
    set(nam_core_training_entries "${nam_core_training_entries}\
    {\"${name}\", &kernels::${id}::training_table},\n" PARENT_SCOPE)
  endif()
  set(fused "false")
  if(arg_FUSED)
    set(fused "true")
  endif()
  set(table_f64 "&${id}::table_f64")
  if(arg_FLOAT32_ONLY)
    set(table_f64 "nullptr")
  endif()
  set(nam_core_kernel_objects ${nam_core_kernel_objects} $<TARGET_OBJECTS:nam_core_kernels_${id}> PARENT_SCOPE)
  set(nam_core_kernel_declarations "${nam_core_kernel_declarations}\
namespace nam_core::detail::kernels::${id} {\nextern const KernelTable<float> table_f32;\nextern const KernelTable<double> table_f64;\n}\n" PARENT_SCOPE)
  set(nam_core_kernel_entries "${nam_core_kernel_entries}\
      {\"${name}\", ${fused}, features.${arg_FEATURE}, &${id}::table_f32, ${table_f64}},\n" PARENT_SCOPE)
endfunction()

# gcc 12 would turn the loop over a tap's rows into one that takes several rows at once, and read past the last row.
set(scalar_flags $<$<CXX_COMPILER_ID:GNU>:-fno-tree-loop-vectorize>)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  nam_core_add_kernel_set(avx512 VECTORS avx512 FEATURE avx512 FUSED
    FLAGS -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx2 -mfma)
  nam_core_add_kernel_set(avx2 VECTORS avx2 FEATURE avx2 FUSED FLAGS -mavx2 -mfma)
  nam_core_add_kernel_set(scalar VECTORS scalar FEATURE fma FUSED FLAGS -mfma ${scalar_flags})
  nam_core_add_kernel_set(scalar-nofma VECTORS scalar FEATURE always FLAGS ${scalar_flags})
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL "wasm32")
  # A browser that lacks relaxed operations refuses a whole module that contains one, so each module has one set. A
  # module is downloaded, so it has no float64: the linker then drops the float64 engine.
  # Loads of WebAssembly add a constant to the address. LLVM's loop strength reduction computes most of these sums by
  # instructions of their own instead (A2 full takes 8 % more time).
  set(wasm_flags -O3 "SHELL:-mllvm -disable-lsr")
  if(NAM_CORE_WASM_RELAXED)
    nam_core_add_kernel_set(wasm-relaxed VECTORS wasm FEATURE always FUSED FLOAT32_ONLY FLAGS ${wasm_flags})
  else()
    nam_core_add_kernel_set(wasm VECTORS wasm FEATURE always FLOAT32_ONLY FLAGS ${wasm_flags})
  endif()
else()
  nam_core_add_kernel_set(neon VECTORS neon FEATURE neon FUSED FLAGS)
  nam_core_add_kernel_set(scalar VECTORS scalar FEATURE fma FUSED FLAGS ${scalar_flags})
endif()

configure_file(dispatch/compiled_sets.hpp.in "${CMAKE_CURRENT_BINARY_DIR}/generated/compiled_sets.hpp" @ONLY)
add_library(nam_core_kernels STATIC dispatch/cpu_features.cpp dispatch/registry.cpp ${nam_core_kernel_objects})
target_include_directories(nam_core_kernels PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/include"
  PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/generated")

if(NAM_CORE_PYTHON)
  configure_file(training/compiled_training.hpp.in
    "${CMAKE_CURRENT_BINARY_DIR}/generated/compiled_training.hpp" @ONLY)
  add_library(nam_core_training STATIC
    training/adam.cpp
    training/circle.cpp
    training/linear_map.cpp
    training/loss.cpp
    training/network.cpp
    training/network_plan.cpp
    training/registry.cpp
    training/row_placement.cpp
    training/soap.cpp
    training/stft_loss.cpp
    training/trainer.cpp
    ${nam_core_training_objects})
  target_include_directories(nam_core_training PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/generated")
  # Compiled as one unit, in 6 s instead of 12, because most of what its files compile is standard headers.
  set_target_properties(nam_core_training PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
  find_package(Threads REQUIRED)
  target_link_libraries(nam_core_training PUBLIC nam_core_kernels Threads::Threads)
endif()
