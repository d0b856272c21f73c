//===- fuzz_corpus_test.cc - what the fuzzers start from ------------------===//
//
// The inputs that `make fuzz` starts from, read without libFuzzer, so that every
// build and sanitizer has them.
//
//===----------------------------------------------------------------------===//
#include "support.h"
#include "tests/fuzz/data_file.h"
#include "tests/fuzz/repair.h"
#include "tests/fuzz/unit_code.h"

#include "llvm/ADT/StringExtras.h"

namespace blockcov::testing {
namespace {

size_t forEachInput(const std::string &name, llvm::function_ref<void(llvm::StringRef)> action) {
  const std::string directory = std::string(BLOCKCOV_SOURCE_DIR "/tests/fuzz/corpus/") + name;
  std::vector<std::string> files = filesIn(directory, {""});
  for (const std::string &file : files)
    action(readFile(file));
  return files.size();
}

/// As it is, and as it would be if this build had written it.
void readBoth(llvm::StringRef bytes) {
  fuzz::readDataFile(bytes);
  llvm::SmallVector<uint8_t, 0> repaired(bytes.bytes_begin(), bytes.bytes_end());
  fuzz::repair(repaired);
  fuzz::readDataFile(llvm::toStringRef(repaired));
}

TEST(FuzzCorpus, DataFiles) { EXPECT_GT(forEachInput("data_files", readBoth), 100u); }

TEST(FuzzCorpus, Compiler) {
  EXPECT_GT(forEachInput("compiler", [](llvm::StringRef bytes) { fuzz::compileUnit(bytes); }), 100u);
}

TEST(FuzzCorpus, ARepairedFileIsReadAgain) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  must(shard->unit(mapOf(1), 3, 2))->counters[0] = 7;
  std::string bytes = readFile(shard->path());
  const std::string whole = bytes;
  llvm::MutableArrayRef<uint8_t> view(reinterpret_cast<uint8_t *>(bytes.data()), bytes.size());
  fuzz::repair(view);
  EXPECT_EQ(bytes, whole);
  bytes[offsetof(ShardHeader, pid)] ^= 1; // guarded by the header's hash
  bytes[sizeof(ShardHeader) + offsetof(CountersRecord, mapLow)] ^= 1;
  EXPECT_NE(llvm::toString(parseShard(bytes, "x").takeError()), "");
  fuzz::repair(view);
  EXPECT_EQ(must(parseShard(bytes, "x")).counters.size(), 1u);
}

} // namespace
} // namespace blockcov::testing
