# nam_core_keep_headers(VARIABLE INCLUDE NAME VERSION) copies the headers INCLUDE/NAME into the build folder and sets
# VARIABLE to the folder to include. pip builds in a new environment each time; the copy keeps its path and its
# dates, so that the next build compiles only what has changed.
function(nam_core_keep_headers variable include name version)
  set(kept "${CMAKE_BINARY_DIR}/headers/${name}-${version}")
  if(NOT EXISTS "${kept}")
    file(REMOVE_RECURSE "${kept}.unfinished")
    file(COPY "${include}/${name}" DESTINATION "${kept}.unfinished")
    file(RENAME "${kept}.unfinished" "${kept}")
  endif()
  set(${variable} "${kept}" PARENT_SCOPE)
endfunction()
