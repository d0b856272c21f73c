//===- data_files_fuzz.cc - libFuzzer on the readers of data files --------===//

#include "tests/fuzz/data_file.h"
#include "tests/fuzz/repair.h"

#include "llvm/ADT/ArrayRef.h"

#include <cstddef>
#include <cstdint>
#include <vector>

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);

/// Most changes keep the hashes right, so that readers go on behind them.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed) {
  const size_t changed = LLVMFuzzerMutate(data, size, most);
  if (seed % 8 != 0)
    blockcov::fuzz::repair({data, changed});
  return changed;
}

/// As it is, and as it would be with hashes and versions that are right: a corpus outlives compilers.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  blockcov::fuzz::readDataFile({reinterpret_cast<const char *>(data), size});
  std::vector<uint8_t> repaired(data, data + size);
  blockcov::fuzz::repair(repaired);
  if (llvm::ArrayRef<uint8_t>(repaired) != llvm::ArrayRef<uint8_t>(data, size))
    blockcov::fuzz::readDataFile({reinterpret_cast<const char *>(repaired.data()), repaired.size()});
  return 0;
}
