# blockcov::xxhash: xxHash compiled into the files that use it (XXH_INLINE_ALL), so that nothing is linked and no symbol
# of it can clash with another copy in the process.
find_path(XXHASH_INCLUDE_DIR xxhash.h)
if(NOT XXHASH_INCLUDE_DIR)
  message(FATAL_ERROR "blockcov needs xxhash.h. On Debian: apt-get install libxxhash-dev")
endif()
add_library(blockcov::xxhash INTERFACE IMPORTED GLOBAL)
target_include_directories(blockcov::xxhash SYSTEM INTERFACE "${XXHASH_INCLUDE_DIR}")
target_compile_definitions(blockcov::xxhash INTERFACE XXH_INLINE_ALL=)
