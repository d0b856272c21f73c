//===- code_cache_test.cc -------------------------------------------------===//
#include "runtime/code_cache.h"

#include "runtime/hash.h"
#include "support.h"

#include <sys/wait.h>
#include <unistd.h>

namespace blockcov::testing {
namespace {

const std::string kPayload = "what was compiled\n", kOther = "what else was";
const Hash128 kName = mapOf(1), kOtherName = mapOf(2);

std::vector<std::string> codeFiles(const TempDir &dir) { return filesIn(dir / "code", {""}); }

std::string found(CodeCache &cache, const Hash128 &name) {
  llvm::StringRef payload;
  const bool there = cache.find(name, payload);
  if (there)
    EXPECT_EQ(cache.peek(name), payload);
  return there ? payload.str() : "none";
}

std::string found(const TempDir &dir, const Hash128 &name) {
  CodeCache cache(dir.path());
  return found(cache, name);
}

std::string encoded(const Hash128 &name, const std::string &payload) {
  std::string bytes;
  encodeEntry(kCodeEntries, payload, name, hash64(payload), bytes);
  return bytes;
}

TEST(CodeCache, WhatOneProcessAddedTheNextFinds) {
  TempDir dir;
  CodeCache first(dir.path());
  EXPECT_EQ(found(first, kName), "none");
  EXPECT_EQ(codeFiles(dir).size(), 0u) << "nothing to add, nothing made";
  first.add(kName, kPayload);
  first.add(kOtherName, kOther);
  first.add(kName, kPayload);
  ASSERT_EQ(codeFiles(dir).size(), 1u);
  EXPECT_EQ(readFile(codeFiles(dir)[0]), encoded(kName, kPayload) + encoded(kOtherName, kOther));
  EXPECT_EQ(found(dir, kName), kPayload);
  EXPECT_EQ(found(dir, kOtherName), kOther);
  EXPECT_EQ(found(dir, mapOf(3)), "none");
}

TEST(CodeCache, AForkedChildAddsToAFileOfItsOwn) {
  TempDir dir;
  CodeCache cache(dir.path());
  cache.add(kName, kPayload);
  pid_t child = ::fork();
  if (child == 0) {
    cache.add(kOtherName, kOther);
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(codeFiles(dir).size(), 2u);
  EXPECT_EQ(found(dir, kName), kPayload);
  EXPECT_EQ(found(dir, kOtherName), kOther);
}

TEST(CodeCache, NothingDamagedIsTaken) {
  TempDir dir;
  ASSERT_EQ(systemFileOps().makeDirectory(dir / "code"), 0);
  const std::string path = dir / "code/1-a.code", bytes = encoded(kName, kPayload);
  for (size_t length = 0; length != bytes.size(); ++length) {
    writeFile(path, bytes.substr(0, length));
    EXPECT_EQ(found(dir, kName), "none") << length;
  }
  for (size_t bit = 0; bit != bytes.size() * 8; ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    writeFile(path, flipped + encoded(kOtherName, kOther));
    EXPECT_EQ(found(dir, kName), "none") << bit;
  }
  writeFile(path, bytes);
  EXPECT_EQ(found(dir, kName), kPayload);
}

TEST(CodeCache, AFileThatIsGoneOrShorterIsAMiss) {
  TempDir dir;
  CodeCache(dir.path()).add(kName, kPayload);
  const std::string path = codeFiles(dir)[0];
  CodeCache cache(dir.path());
  EXPECT_EQ(found(cache, kName), kPayload);
  writeFile(path, readFile(path).substr(0, 70));
  EXPECT_EQ(found(cache, kName), "none");
  ::unlink(path.c_str());
  EXPECT_EQ(found(cache, kName), "none");
}

TEST(CodeCache, WithoutRoomNothingIsAddedAndNothingSaid) {
  bool done = false;
  for (int passes = 0; !done; ++passes) {
    TempDir dir;
    FailingOps ops(passes, /*forEver=*/true);
    CodeCache cache(dir.path(), ops);
    cache.add(kName, kPayload);
    cache.add(kOtherName, kOther);
    done = !ops.failed();
    std::string there;
    for (const std::string &path : codeFiles(dir))
      there += readFile(path);
    EXPECT_EQ((encoded(kName, kPayload) + encoded(kOtherName, kOther)).find(there), 0u) << passes;
    EXPECT_EQ(done, found(dir, kOtherName) == kOther);
  }
}

} // namespace
} // namespace blockcov::testing
