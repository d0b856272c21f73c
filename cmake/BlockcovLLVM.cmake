# blockcov::llvm: LLVM's ADT and Support libraries, linked statically.
#
# Any LLVM from 14 to 22 serves. Debian's `llvm-dev` is the version that the distribution chose; where several are
# installed the newest is taken, and -DLLVM_DIR=<prefix>/lib/cmake/llvm names another.
set(CMAKE_FIND_PACKAGE_SORT_ORDER NATURAL)
set(CMAKE_FIND_PACKAGE_SORT_DIRECTION DEC)
find_package(LLVM CONFIG)
if(NOT LLVM_FOUND)
  message(FATAL_ERROR "blockcov needs LLVM's development files, version 14 to 22. On Debian: apt-get install llvm-dev")
endif()
if(LLVM_VERSION_MAJOR LESS 14 OR LLVM_VERSION_MAJOR GREATER 22)
  message(FATAL_ERROR "blockcov builds with LLVM 14 to 22, and ${LLVM_DIR} is LLVM ${LLVM_PACKAGE_VERSION}. "
                      "Name another with -DLLVM_DIR=<prefix>/lib/cmake/llvm")
endif()
message(STATUS "LLVM ${LLVM_PACKAGE_VERSION} (${LLVM_DIR})")

add_library(blockcov::llvm INTERFACE IMPORTED GLOBAL)
target_include_directories(blockcov::llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
separate_arguments(llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
foreach(definition IN LISTS llvm_definitions)
  string(REGEX REPLACE "^-D" "" definition "${definition}")
  target_compile_definitions(blockcov::llvm INTERFACE "${definition}")
endforeach()
if(NOT LLVM_ENABLE_RTTI)
  target_compile_options(blockcov::llvm INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
endif()
llvm_map_components_to_libnames(llvm_libraries support)
target_link_libraries(blockcov::llvm INTERFACE ${llvm_libraries})
