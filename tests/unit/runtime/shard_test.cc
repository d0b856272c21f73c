//===- shard_test.cc - a shard's life ------------------------------------===//
#include "support.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace blockcov::testing {
namespace {

TEST(Shard, RoundTrip) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  UnitCounters *first = must(shard->unit(mapOf(1), 3, 2));
  UnitCounters *second = must(shard->unit(mapOf(2), 1, 1));
  first->counters[0] = 7;
  first->counters[2] = ~uint64_t(0);
  second->counters[0] = 1;
  shard->recordLoss(*first, 1, 40, LossKind::Raised);
  shard->recordLoss(*first, 1, 40, LossKind::Raised);
  shard->recordLoss(*second, 0, 40, LossKind::Running);

  std::string bytes = readFile(shard->path());
  ShardView view = must(parseShard(bytes, "test"));
  EXPECT_EQ(view.header.pid, static_cast<uint32_t>(::getpid()));
  EXPECT_EQ(view.header.state, ShardState::Open);
  EXPECT_EQ(view.header.kind, ShardKind::Process);
  EXPECT_EQ(describe(view),
            mapOf(1).text() + ": 7 0 18446744073709551615 (1,40,1)=2\n" + mapOf(2).text() + ": 1 (0,40,2)=1\n");
}

TEST(Shard, OneRecordForEachMap) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  EXPECT_EQ(must(shard->unit(mapOf(1), 3, 2)), must(shard->unit(mapOf(1), 3, 2)));
}

TEST(Shard, WhatMeasuresNothingIsOnePage) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  EXPECT_EQ(readFile(shard->path()).size(), 4096u);
}

TEST(Shard, AddressesStayAndTheFileStaysSmall) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  std::vector<UnitCounters *> units;
  uint64_t counters = 0;
  for (uint64_t number = 0; number != 300; ++number) {
    units.push_back(must(shard->unit(mapOf(number), static_cast<uint32_t>(number * 7), 1)));
    if (number)
      units.back()->counters[number] = number;
    counters += number * 7;
  }
  for (uint64_t number = 1; number != 300; ++number)
    EXPECT_EQ(units[number]->counters[number], number);
  EXPECT_LT(readFile(shard->path()).size(), counters * 8 + 300 * 48 + 64 * 1024);
  ShardFile file(shard->path());
  const ShardView &view = file.view;
  EXPECT_EQ(view.counters.size(), 300u);
}

TEST(Shard, PastTheReservedAddressesIsAnError) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path(), systemFileOps(), 64 * 1024));
  must(shard->unit(mapOf(1), 4000, 1));
  auto more = shard->unit(mapOf(2), 100'000, 1);
  ASSERT_FALSE(more);
  EXPECT_NE(shard->lose(more.takeError()).find("Cannot allocate memory"), std::string::npos);
  EXPECT_NE(shard->takeFailure(), "");
  EXPECT_EQ(shard->takeFailure(), "");
  must(shard->unit(mapOf(3), 10, 1)); // what fits still fits
  EXPECT_EQ(ShardFile(shard->path()).view.header.incomplete, uint32_t(ENOMEM));
}

TEST(Shard, FileIsLockedWhileTheProcessLives) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  std::string path = shard->path();
  EXPECT_TRUE(isLive(path));
  shard.reset();
  EXPECT_FALSE(isLive(path));
}

TEST(Shard, RunningFramesCanBeRecordedAgain) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  UnitCounters *unit = must(shard->unit(mapOf(1), 1, 1));
  shard->recordLoss(*unit, 0, 4, LossKind::Raised);
  shard->recordLoss(*unit, 0, 4, LossKind::Running);
  shard->close();
  EXPECT_EQ(ShardFile(shard->path()).view.header.state, ShardState::Closed);
  shard->clearLosses(LossKind::Running);
  shard->recordLoss(*unit, 0, 6, LossKind::Running);
  EXPECT_EQ(describeFile(shard->path()), mapOf(1).text() + ": 0 (0,4,1)=1 (0,6,2)=1\n");
}

TEST(Shard, SealedShardNeverChanges) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  UnitCounters *unit = must(shard->unit(mapOf(1), 2, 1));
  unit->counters[1] = 5;
  shard->seal();
  std::string sealed = readFile(shard->path());
  unit->counters[1] = 6; // harmless
  shard->recordLoss(*unit, 0, 4, LossKind::Raised);
  EXPECT_FALSE(llvm::errorToBool(shard->unit(mapOf(1), 2, 1).takeError()));
  EXPECT_TRUE(llvm::errorToBool(shard->unit(mapOf(2), 2, 1).takeError()));
  EXPECT_EQ(readFile(shard->path()), sealed);
  EXPECT_EQ(must(parseShard(sealed, "test")).header.state, ShardState::Sealed);
}

TEST(Shard, ForeignDescriptorIsNeverTouched) {
  // The program closes every descriptor and opens files of its own instead.
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  UnitCounters *unit = must(shard->unit(mapOf(1), 4, 1));
  std::string own = shard->path();
  int foreign = ::open((dir / "foreign").c_str(), O_CREAT | O_RDWR, 0666);
  int taken = 0;
  for (int fd = 3; fd != 5000; ++fd) {
    struct stat status{}, shardStatus{};
    if (::fstat(fd, &status) != 0 || ::stat(own.c_str(), &shardStatus) != 0)
      continue;
    if (status.st_ino != shardStatus.st_ino)
      continue;
    ::dup2(foreign, fd);
    ++taken;
  }
  ASSERT_EQ(taken, 1);
  must(shard->unit(mapOf(2), 10'000, 1))->counters[9'999] = 3;
  unit->counters[0] = 1;
  EXPECT_EQ(readFile(dir / "foreign").size(), 0u);
  EXPECT_EQ(ShardFile(own).view.counters.size(), 2u);
  EXPECT_TRUE(isLive(own));
  ::close(foreign);
}

/// Runs `child` in a fork and gives its exit status.
template <typename Child> int inFork(Shard &shard, Child child) {
  shard.forkPrepare();
  pid_t pid = ::fork();
  if (pid == 0) {
    shard.forkChild();
    child();
    ::_exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  shard.forkParent();
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

TEST(Shard, ForkedChildCountsForItself) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  UnitCounters *unit = must(shard->unit(mapOf(1), 2, 1));
  unit->counters[0] = 5;
  shard->recordLoss(*unit, 0, 4, LossKind::Raised);
  std::string parentPath = shard->path();
  std::string record = dir / "child";
  EXPECT_EQ(inFork(*shard,
                   [&] {
                     EXPECT_NE(shard->path(), parentPath);
                     EXPECT_TRUE(isLive(parentPath)); // the lock is the parent's still
                     EXPECT_EQ(unit->counters[0], 0u);
                     unit->counters[0] = 1;
                     shard->recordLoss(*unit, 0, 4, LossKind::Raised);
                     shard->recordLoss(*unit, 0, 8, LossKind::Started);
                     must(shard->unit(mapOf(2), 1, 1))->counters[0] = 9;
                     writeFile(record, shard->path());
                     ::kill(::getpid(), SIGKILL); // what is counted stays
                   }),
            SIGKILL);
  unit->counters[0] += 1;
  EXPECT_EQ(describeFile(parentPath), mapOf(1).text() + ": 6 0 (0,4,1)=1\n");
  EXPECT_EQ(describeFile(readFile(record)),
            mapOf(1).text() + ": 1 0 (0,4,1)=1 (0,8,3)=1\n" + mapOf(2).text() + ": 9\n");
  EXPECT_FALSE(isLive(readFile(record)));
}

TEST(Shard, ForkedChildThatIsIdleIsRemoved) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  UnitCounters *unit = must(shard->unit(mapOf(1), 2, 1));
  unit->counters[0] = 5;
  shard->recordLoss(*unit, 0, 4, LossKind::Raised);
  EXPECT_FALSE(shard->removeIfIdle()); // no child
  auto inChild = [&](llvm::function_ref<void()> count, bool idle) {
    EXPECT_EQ(inFork(*shard,
                     [&] {
                       const std::string path = shard->path();
                       shard->recordLoss(*unit, 0, 8, LossKind::Started);
                       EXPECT_FALSE(shard->removeIfIdle()); // a frame that stood there has gone
                       shard->recordLoss(*unit, 0, 8, LossKind::Running);
                       count();
                       EXPECT_EQ(shard->removeIfIdle(), idle);
                       EXPECT_EQ(llvm::sys::fs::exists(path), !idle);
                       EXPECT_EQ(shard->restore(), idle);
                       unit->counters[1] = 9;
                       EXPECT_FALSE(shard->removeIfIdle());
                       EXPECT_EQ(idle, describeFile(shard->path()) == mapOf(1).text() + ": 0 9\n");
                     }),
              0);
  };
  inChild([] {}, true);
  inChild([&] { unit->counters[0] = 1; }, false);
  inChild([&] { shard->recordLoss(*unit, 0, 4, LossKind::Raised); }, false);
  inChild([&] { shard->recordLoss(*unit, 0, 12, LossKind::Running); }, false);
  inChild([&] { must(shard->unit(mapOf(2), 1, 1)); }, false);
}

TEST(Shard, ForkedChildWithoutAFileRunsOn) {
  for (int passes = 0; passes != 6; ++passes) {
    TempDir dir;
    FailingOps ops(8 + passes, /*forEver=*/true);
    auto created = Shard::create(dir.path(), ops);
    auto shard = must(std::move(created));
    UnitCounters *unit = must(shard->unit(mapOf(1), 2, 1));
    unit->counters[0] = 5;
    FailingOps *spent = &ops;
    EXPECT_EQ(inFork(*shard,
                     [&] {
                       EXPECT_EQ(shard->path() == "", spent->failed());
                       unit->counters[0] = 1;
                       shard->recordLoss(*unit, 0, 4, LossKind::Raised);
                       if (spent->failed())
                         EXPECT_NE(shard->takeFailure(), "");
                     }),
              0);
    EXPECT_EQ(describeFile(shard->path()), mapOf(1).text() + ": 5 0\n");
  }
}

} // namespace
} // namespace blockcov::testing
