//===- map_store_test.cc --------------------------------------------------===//
#include "runtime/map_store.h"

#include "runtime/hash.h"
#include "runtime/map_file.h"
#include "runtime/map_index.h"
#include "support.h"

#include <sys/wait.h>
#include <unistd.h>

namespace blockcov::testing {
namespace {

const std::string kPayload = "the payload of a map\n", kOther = "another map's";

std::vector<std::string> mapFiles(const TempDir &dir) { return filesIn(dir / "maps", {""}); }

std::string found(const TempDir &dir, const Hash128 &hash) {
  return must(MapIndex({dir / "maps"}).find(hash)).payload.str();
}

std::string reason(const TempDir &dir, const Hash128 &hash) {
  return llvm::toString(MapIndex({dir / "maps"}).find(hash).takeError());
}

std::string encoded(const std::string &payload) {
  std::string bytes;
  encodeEntry(kMapEntries, payload, hash128(payload), 0, bytes);
  return bytes;
}

TEST(MapStore, RoundTrip) {
  TempDir dir;
  auto store = must(MapStore::create(dir.path()));
  EXPECT_EQ(mapFiles(dir).size(), 0u);
  Hash128 hash = must(store->store(kPayload));
  EXPECT_EQ(hash, hash128(kPayload));
  Hash128 other = must(store->store(kOther));
  EXPECT_EQ(found(dir, hash), kPayload);
  EXPECT_EQ(found(dir, other), kOther);
  ASSERT_EQ(mapFiles(dir).size(), 1u);
  EXPECT_EQ(readFile(mapFiles(dir)[0]), encoded(kPayload) + encoded(kOther));
}

TEST(MapStore, IsWrittenOnceByOneProcessAndThoseAfterIt) {
  TempDir dir;
  auto first = must(MapStore::create(dir.path()));
  must(first->store(kPayload));
  must(first->store(kPayload));
  auto second = must(MapStore::create(dir.path()));
  must(second->store(kPayload));
  ASSERT_EQ(mapFiles(dir).size(), 1u);
  EXPECT_EQ(readFile(mapFiles(dir)[0]), encoded(kPayload));
  must(second->store(kOther));
  EXPECT_EQ(mapFiles(dir).size(), 2u);
}

std::unique_ptr<MapStore> keepingStore(const TempDir &dir) {
  auto store = must(MapStore::create(dir.path()));
  store->keepForLater();
  return store;
}

/// As the next run finds it: without maps.
void eraseMaps(const TempDir &dir) {
  for (const std::string &path : mapFiles(dir))
    ::unlink(path.c_str());
}

TEST(MapStore, BringsBackWhatAnEarlierRunWrote) {
  TempDir dir;
  auto first = keepingStore(dir);
  must(first->store(kPayload));
  const Hash128 other = must(first->store(kOther));
  const std::string path = mapFiles(dir)[0];
  eraseMaps(dir);
  auto second = keepingStore(dir);
  EXPECT_FALSE(second->has(hash128("neither")));
  EXPECT_EQ(mapFiles(dir).size(), 0u) << "nobody has asked for one";
  must(second->store(kPayload));
  EXPECT_TRUE(second->has(other));
  EXPECT_EQ(mapFiles(dir), std::vector<std::string>{path}) << "the same file under the same name";
  EXPECT_EQ(readFile(path), encoded(kPayload) + encoded(kOther));
}

TEST(MapStore, WhatIsKeptAndDamagedIsWrittenAgain) {
  TempDir dir;
  const Hash128 hash = must(keepingStore(dir)->store(kPayload));
  std::string bytes = readFile(mapFiles(dir)[0]);
  for (size_t at : {size_t(20), sizeof(EntryHeader), bytes.size() - 1}) {
    for (const std::string &kept : filesIn(dir / "code", {".map"})) {
      std::string damaged = readFile(kept);
      damaged[at] = char(damaged[at] ^ 1);
      writeFile(kept, damaged);
    }
    eraseMaps(dir);
    must(keepingStore(dir)->store(kPayload));
    EXPECT_EQ(found(dir, hash), kPayload) << at;
  }
}

TEST(MapStore, AForkedChildHasAFileOfItsOwn) {
  TempDir dir;
  auto store = must(MapStore::create(dir.path()));
  Hash128 hash = must(store->store(kPayload));
  std::string before = readFile(mapFiles(dir)[0]);
  pid_t child = ::fork();
  if (child == 0) {
    must(store->store(kPayload)); // known from before the fork
    must(store->store(kOther));
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  ASSERT_EQ(mapFiles(dir).size(), 2u);
  EXPECT_EQ(readFile(mapFiles(dir)[0]).size() + readFile(mapFiles(dir)[1]).size(),
            before.size() + encoded(kOther).size());
  EXPECT_EQ(found(dir, hash), kPayload);
  EXPECT_EQ(found(dir, hash128(kOther)), kOther);
}

TEST(MapStore, ReplacesAStump) {
  TempDir dir;
  Hash128 hash = must(must(MapStore::create(dir.path()))->store(kPayload));
  std::string path = mapFiles(dir)[0];
  for (size_t length : {size_t(0), size_t(30), size_t(70), encoded(kPayload).size() - 1}) {
    writeFile(path, encoded(kPayload).substr(0, length));
    must(must(MapStore::create(dir.path()))->store(kPayload));
    EXPECT_EQ(mapFiles(dir).size(), 2u) << length;
    EXPECT_EQ(found(dir, hash), kPayload) << length;
    for (const std::string &each : mapFiles(dir))
      if (each != path)
        ::unlink(each.c_str());
  }
}

TEST(MapIndex, NothingOfThatHash) {
  TempDir dir;
  must(MapStore::create(dir.path()));
  Hash128 hash = hash128(kPayload);
  EXPECT_EQ(reason(dir, hash), dir / "maps: cannot find map " + hash.text() + ": No such file or directory");
}

// Whatever happens to one map: it is never taken for whole, and the others are found.
TEST(MapIndex, EveryTruncationAndFlippedBitIsNoticed) {
  TempDir dir;
  must(MapStore::create(dir.path()));
  const std::string path = dir / "maps/1-a.map", bytes = encoded(kPayload);
  const Hash128 hash = hash128(kPayload), other = hash128(kOther);
  auto expectRejected = [&](const std::string &damaged, size_t where) {
    std::string text = reason(dir, hash);
    EXPECT_EQ(text.find(path + ": offset "), 0u) << where << " " << text;
    EXPECT_NE(text.find(hash.text()), std::string::npos);
  };
  for (size_t length = 1; length != bytes.size(); ++length) {
    writeFile(path, bytes.substr(0, length) + encoded(kOther));
    expectRejected(path, length);
    EXPECT_EQ(found(dir, other), kOther) << length;
    writeFile(path, encoded(kOther) + bytes.substr(0, length));
    expectRejected(path, length);
    EXPECT_EQ(found(dir, other), kOther) << length;
  }
  for (size_t bit = 0; bit != bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    writeFile(path, flipped + encoded(kOther));
    expectRejected(flipped, bit);
    EXPECT_EQ(found(dir, other), kOther) << bit;
  }
  writeFile(path, bytes + "x");
  EXPECT_EQ(found(dir, hash), kPayload);
}

TEST(MapIndex, ADamagedMapIsTakenFromAnotherFile) {
  TempDir dir;
  must(MapStore::create(dir.path()));
  std::string flipped = encoded(kPayload);
  flipped.back() ^= 1;
  writeFile(dir / "maps/1-a.map", flipped);
  writeFile(dir / "maps/2-b.map", encoded(kPayload));
  EXPECT_EQ(found(dir, hash128(kPayload)), kPayload);
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
    Hash128 hash = hash128(kPayload), other = hash128(kOther);
    auto first = (*store)->store(kPayload);
    auto second = (*store)->store(kOther);
    done = !ops.failed();
    EXPECT_EQ(done, first && second) << passes;
    std::string whole;
    for (auto *each : {&first, &second})
      if (!*each) {
        EXPECT_TRUE(each->errorIsA<IoError>());
        llvm::consumeError(each->takeError());
      } else {
        whole += encoded(each == &first ? kPayload : kOther);
      }
    std::string there;
    for (const std::string &path : mapFiles(dir))
      there += readFile(path);
    EXPECT_EQ(there, whole) << passes;
    must((*store)->store(kPayload)); // the disk has room again
    must((*store)->store(kOther));
    EXPECT_EQ(found(dir, hash), kPayload);
    EXPECT_EQ(found(dir, other), kOther);
  }
}

} // namespace
} // namespace blockcov::testing
