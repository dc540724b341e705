# Warnings, sanitizers, and bitacora_library(): what every target of ours has.

set(BITACORA_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")

# Most of what the compiler does for a source is to read the headers that its neighbours read too, so
# sources are compiled in groups: each group is a file that includes six of them, and a build from
# nothing takes little more than half as long. More at a time would save little and make each change
# wait longer. OFF compiles every source by itself, as clang-tidy sees it (house/tidy.sh).
#
# CMake's own UNITY_BUILD is not used because its groups name the sources by their absolute paths,
# so that ccache would find nothing again in another clone.
option(BITACORA_UNITY "Compile sources in groups" ON)
set(BITACORA_GROUP_SIZE 6)

add_library(bitacora_options INTERFACE)
target_compile_options(bitacora_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Half a gigabyte (in KB) before it looks for what it could free: a tenth of the time for a quarter
  # more memory, 0.9 GB at most.
  target_compile_options(bitacora_options INTERFACE
    "SHELL:--param ggc-min-heapsize=524288" "SHELL:--param ggc-min-expand=200")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # It warns falsely about strings that are put together at -O2 (GCC bug 105651).
  target_compile_options(bitacora_options INTERFACE -Wno-restrict)
endif()
target_include_directories(bitacora_options INTERFACE ${CMAKE_SOURCE_DIR})
if(BITACORA_SANITIZE)
  # g++ 12 warns falsely about uninitialized coroutine frames and optionals under sanitizers.
  target_compile_options(bitacora_options INTERFACE
    -fsanitize=${BITACORA_SANITIZE} -fno-omit-frame-pointer -Wno-maybe-uninitialized)
  target_link_options(bitacora_options INTERFACE -fsanitize=${BITACORA_SANITIZE})
endif()

# bitacora_in_groups(<out> <target> SOURCES a.cc … ALONE b.cc …): what the target is made from. The
# sources of a group may not have the same name for two things (tests/house/groups_test.cc); those in
# ALONE share nothing. There is what takes long by itself, so that no group is slow, what is
# generated, and what uses its neighbours' names on purpose.
function(bitacora_in_groups out target)
  cmake_parse_arguments(ARG "" "" "SOURCES;ALONE" ${ARGN})
  set(compiled ${ARG_ALONE})
  list(LENGTH ARG_SOURCES left)
  if(NOT BITACORA_UNITY)
    list(APPEND compiled ${ARG_SOURCES})
    set(left 0)
  endif()
  set(begin 0)
  set(number 1)
  while(left GREATER 0)
    list(SUBLIST ARG_SOURCES ${begin} ${BITACORA_GROUP_SIZE} members)
    if(left EQUAL 1)
      list(APPEND compiled ${members})
    else()
      set(group ${CMAKE_CURRENT_BINARY_DIR}/${target}_group_${number}.cc)
      set(includes "")
      foreach(member IN LISTS members)
        cmake_path(ABSOLUTE_PATH member NORMALIZE)
        cmake_path(RELATIVE_PATH member BASE_DIRECTORY ${CMAKE_SOURCE_DIR})
        string(APPEND includes "#include \"${member}\"\n")
      endforeach()
      file(CONFIGURE OUTPUT ${group} CONTENT "// Written by cmake/compile_options.cmake.\n${includes}")
      # To GCC only what the group itself holds is no header: it warns of a class with a member whose
      # type is in an unnamed namespace, though the class is in one source alone too.
      set_source_files_properties(${group} PROPERTIES
        COMPILE_OPTIONS "$<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>")
      list(APPEND compiled ${group})
    endif()
    math(EXPR begin "${begin} + ${BITACORA_GROUP_SIZE}")
    math(EXPR left "${left} - ${BITACORA_GROUP_SIZE}")
    math(EXPR number "${number} + 1")
  endwhile()
  set(${out} ${compiled} PARENT_SCOPE)
endfunction()

# bitacora_library(<folder> SOURCES a.cc … ALONE b.cc … LINK lib …): the library bitacora_<folder>.
function(bitacora_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;ALONE;LINK;PRIVATE_LINK" ${ARGN})
  bitacora_in_groups(compiled bitacora_${folder} SOURCES ${ARG_SOURCES} ALONE ${ARG_ALONE})
  add_library(bitacora_${folder} STATIC ${compiled})
  target_link_libraries(bitacora_${folder} PUBLIC bitacora_options ${ARG_LINK}
                                           PRIVATE ${ARG_PRIVATE_LINK})
endfunction()
