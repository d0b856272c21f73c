//===- source_file_test.cc ------------------------------------------------===//

#include "runtime/hash.h"
#include "runtime/source_file.h"
#include "tests/unit/runtime/support.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

namespace blockcov::testing {
namespace {

TEST(SourceFiles, WhatChangedJustNowIsReadAgain) {
  TempDir dir;
  const std::string path = dir / "a.py";
  SourceFiles files;
  EXPECT_EQ(files.of(path).hash, Hash128());
  EXPECT_EQ(files.of(dir.path()).hash, Hash128()) << "a directory";
  writeFile(path, "x = 1");
  const SourceVersion first = files.of(path);
  EXPECT_EQ(first.hash, hash128("x = 1"));
  EXPECT_EQ(first.stamp, SourceStamp()) << "it may be written once more within the same tick";
  writeFile(path, "x = 22");
  EXPECT_EQ(files.of(path).hash, hash128("x = 22"));
}

TEST(SourceFiles, WhatIsKnownOfAnUnchangedFileIsTaken) {
  TempDir dir;
  const std::string path = dir / "a.py";
  writeFile(path, "x = 1");
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  auto nanoseconds = [](const timespec &time) { return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec; };
  const SourceVersion known{{1, 2},
                            {nanoseconds(status.st_mtim), nanoseconds(status.st_ctim), uint64_t(status.st_size),
                             status.st_ino, status.st_dev}};
  SourceFiles files;
  EXPECT_EQ(files.of(path, known).hash, (Hash128{1, 2})) << "not read";
  const timespec old[2] = {{1, 0}, {1, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), old, 0), 0);
  EXPECT_EQ(files.of(path, known).hash, hash128("x = 1"));
  SourceVersion other = known;
  other.stamp = SourceStamp();
  EXPECT_EQ(SourceFiles().of(dir / "missing.py", other).hash, Hash128()) << "no stamp is no file";
}

} // namespace
} // namespace blockcov::testing
