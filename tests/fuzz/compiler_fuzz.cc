//===- compiler_fuzz.cc - libFuzzer on the compiler -----------------------===//

#include "tests/fuzz/unit_code.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  blockcov::fuzz::compileUnit({reinterpret_cast<const char *>(data), size});
  return 0;
}
