//===- map_store_test.cc --------------------------------------------------===//
#include "runtime/map_store.h"

#include "runtime/hash.h"
#include "support.h"

namespace blockcov::testing {
namespace {

const std::string kPayload = "the payload of a map\n";

size_t filesIn(const std::string &directory) {
  size_t count = 0;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator each(directory, error), end; !error && each != end; each.increment(error))
    ++count;
  return count;
}

TEST(MapStore, RoundTrip) {
  TempDir dir;
  auto store = must(MapStore::create(dir.path()));
  Hash128 hash = must(store->store(kPayload));
  EXPECT_EQ(hash, hash128(kPayload));
  MapFile map = must(readMapFile(dir / "maps/" + hash.text() + ".map", hash));
  EXPECT_EQ(map.payload, kPayload);
  EXPECT_EQ(must(store->store(kPayload)), hash);
  EXPECT_EQ(filesIn(dir / "maps"), 1u);
}

TEST(MapStore, IsWrittenOnce) {
  TempDir dir;
  auto store = must(MapStore::create(dir.path()));
  Hash128 hash = must(store->store(kPayload));
  std::string path = dir / "maps/" + mapFileName(hash);
  llvm::sys::fs::file_status before, after;
  ASSERT_FALSE(llvm::sys::fs::status(path, before));
  must(store->store(kPayload));
  ASSERT_FALSE(llvm::sys::fs::status(path, after));
  EXPECT_EQ(before.getUniqueID(), after.getUniqueID());
}

TEST(MapStore, ReplacesAStump) {
  TempDir dir;
  auto store = must(MapStore::create(dir.path()));
  Hash128 hash = must(store->store(kPayload));
  std::string path = dir / "maps/" + mapFileName(hash);
  writeFile(path, readFile(path).substr(0, 70));
  must(store->store(kPayload));
  EXPECT_EQ(must(readMapFile(path, hash)).payload, kPayload);
}

TEST(MapStore, EveryTruncationAndFlippedBitIsRejected) {
  Hash128 hash = hash128(kPayload);
  std::string bytes;
  encodeMapFile(kPayload, hash, bytes);
  auto expectRejected = [&](const std::string &damaged, size_t where) {
    auto payload = parseMapFile(damaged, hash, "m.map");
    ASSERT_FALSE(payload) << where;
    std::string reason = llvm::toString(payload.takeError());
    EXPECT_EQ(reason.find("m.map: offset "), 0u) << reason;
  };
  for (size_t length = 0; length != bytes.size(); ++length)
    expectRejected(bytes.substr(0, length), length);
  for (size_t bit = 0; bit != bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    expectRejected(flipped, bit);
  }
  expectRejected(bytes + "x", bytes.size());
  std::string other;
  encodeMapFile("another", hash128("another"), other);
  expectRejected(other, 0); // whole, but under a wrong name
}

TEST(MapStore, EveryFailureLeavesNothingHalf) {
  bool done = false;
  for (int passes = 0; !done; ++passes) {
    TempDir dir;
    FailingOps ops(passes);
    auto store = MapStore::create(dir.path(), ops);
    if (!store) {
      llvm::consumeError(store.takeError());
      continue;
    }
    auto hash = (*store)->store(kPayload);
    done = !ops.failed();
    if (hash) {
      EXPECT_TRUE(done);
      EXPECT_EQ(must(readMapFile(dir / "maps/" + mapFileName(*hash), *hash)).payload, kPayload);
      continue;
    }
    EXPECT_TRUE(hash.errorIsA<IoError>());
    llvm::consumeError(hash.takeError());
    EXPECT_EQ(filesIn(dir / "maps"), 0u) << passes;
    must((*store)->store(kPayload)); // the disk has room again
  }
}

} // namespace
} // namespace blockcov::testing
