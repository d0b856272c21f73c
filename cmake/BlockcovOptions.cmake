# blockcov::options: what every target of this project is compiled with.
#
# It is imported rather than built, so that exported targets refer to it by name and the importing build, which includes
# this file as well, supplies its own.
add_library(blockcov::options INTERFACE IMPORTED GLOBAL)
set_target_properties(blockcov::options PROPERTIES SYSTEM OFF) # or warnings in this project's headers would not show

target_include_directories(blockcov::options INTERFACE "${PROJECT_SOURCE_DIR}") # #include "instrument/ir.h"
target_compile_features(blockcov::options INTERFACE cxx_std_20)
target_compile_options(blockcov::options INTERFACE -Wall -Wextra -Wno-unused-parameter
                                                   -Wno-redundant-move # `return std::move(error)` is LLVM's idiom
                                                   -ffunction-sections -fdata-sections)
target_compile_definitions(blockcov::options INTERFACE "BLOCKCOV_VERSION=\"${PROJECT_VERSION}\"")

if(BLOCKCOV_VERIFY)
  target_compile_definitions(blockcov::options INTERFACE BLOCKCOV_VERIFY=1)
  target_compile_options(blockcov::options INTERFACE -UNDEBUG)
endif()

if(BLOCKCOV_SANITIZE)
  target_compile_options(blockcov::options INTERFACE "-fsanitize=${BLOCKCOV_SANITIZE}" -fno-omit-frame-pointer
                                                     -fno-sanitize-recover=all)
  target_link_options(blockcov::options INTERFACE "-fsanitize=${BLOCKCOV_SANITIZE}")
endif()
