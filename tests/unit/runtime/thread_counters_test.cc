//===- thread_counters_test.cc - counters of threads ----------------------===//
#include "support.h"

#include "runtime/process.h"
#include "runtime/thread_counters.h"

#include "llvm/ADT/STLExtras.h"

#include <pthread.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace blockcov::testing {
namespace {

/// The sum of all records of each map: what a reader makes of the shard.
std::string merged(const std::string &path) {
  ShardFile file(path);
  Merge merge;
  EXPECT_FALSE(llvm::errorToBool(merge.add(file.view, path)));
  const std::string bytes = merge.encode();
  return describe(must(parseShard(bytes, "merged")));
}

/// Shards that threads count in live for ever, as in the extension.
Shard &immortal(const std::string &path, FileOps &ops = systemFileOps(), uint64_t reserve = uint64_t(1) << 26) {
  return *must(Shard::create(path, ops, reserve)).release();
}

UnitCounters &enrolled(Shard &shard, uint64_t map, uint32_t counters = 3) {
  UnitCounters *unit = must(shard.unit(mapOf(map), counters, 1));
  enrol(*unit);
  return *unit;
}

void inThread(llvm::function_ref<void()> job) {
  std::thread([&] { job(); }).join();
}

TEST(ThreadCounters, SixteenThreadsLoseNothing) {
  constexpr uint64_t rounds = 20'000;
  TempDir dir;
  Shard &shard = immortal(dir.path());
  UnitCounters &first = enrolled(shard, 1), &second = enrolled(shard, 2, 1);
  std::vector<std::thread> running;
  for (int thread = 0; thread != 16; ++thread)
    running.emplace_back([&] {
      for (uint64_t round = 0; round != rounds; ++round) {
        countHere(first.slot, 2);
        countHere(second.slot, 0);
      }
    });
  // A reader meanwhile always sees a whole file.
  for (int reads = 0; reads != 20; ++reads)
    merged(shard.path());
  for (std::thread &each : running)
    each.join();
  EXPECT_EQ(merged(shard.path()), mapOf(1).text() + ": 0 0 320000\n" + mapOf(2).text() + ": 320000\n");
}

TEST(ThreadCounters, AThreadThatCountsAloneNeedsNoFurtherRecord) {
  TempDir dir;
  Shard &shard = immortal(dir.path());
  UnitCounters &unit = enrolled(shard, 1);
  inThread([&] {
    countHere(unit.slot, 0);
    countHere(unit.slot, 0);
  });
  EXPECT_EQ(unit.counters[0], 2u);
  EXPECT_EQ(ShardFile(shard.path()).view.counters.size(), 1u);
}

TEST(ThreadCounters, ShortThreadsTakeOverFromOneAnother) {
  TempDir dir;
  Shard &shard = immortal(dir.path());
  UnitCounters &unit = enrolled(shard, 1);
  for (int thread = 0; thread != 1000; ++thread)
    inThread([&] { countHere(unit.slot, thread % 3); });
  EXPECT_EQ(ShardFile(shard.path()).view.counters.size(), 1u);
  EXPECT_EQ(merged(shard.path()), mapOf(1).text() + ": 334 333 333\n");
}

TEST(ThreadCounters, UnitsThatComeLaterAreFound) {
  TempDir dir;
  Shard &shard = immortal(dir.path());
  std::vector<std::thread> running;
  for (int thread = 0; thread != 4; ++thread)
    running.emplace_back([&] {
      for (uint64_t map = 1; map != 200; ++map)
        countHere(enrolled(shard, map).slot, map % 3);
    });
  for (std::thread &each : running)
    each.join();
  ShardFile file(shard.path());
  Merge merge;
  ASSERT_FALSE(llvm::errorToBool(merge.add(file.view, "test")));
  ASSERT_EQ(merge.units().size(), 199u);
  for (const auto &[map, unit] : merge.units())
    EXPECT_EQ(llvm::count(unit.counters, 4u), 1) << map.text();
}

TEST(ThreadCounters, ThreadsShareNoCacheLine) {
  for (uint32_t counters = 1; counters != 20; ++counters) {
    TempDir dir;
    Shard &shard = immortal(dir.path());
    shard.keepApart();
    UnitCounters &unit = enrolled(shard, 1, counters);
    std::vector<uint64_t *> cells;
    for (int thread = 0; thread != 5; ++thread) {
      cells.push_back(shard.threadCounters(unit));
      cells.back()[counters - 1] = 2;
    }
    auto line = [](const uint64_t *cell) { return reinterpret_cast<uintptr_t>(cell) / 64; };
    for (size_t thread = 1; thread != cells.size(); ++thread)
      EXPECT_GT(line(cells[thread]), line(cells[thread - 1] + counters - 1)) << counters << " counters";
    Merge merge;
    ASSERT_FALSE(llvm::errorToBool(merge.add(ShardFile(shard.path()).view, "test")));
    EXPECT_EQ(merge.units().at(mapOf(1)).counters.back(), 10u);
  }
}

TEST(ThreadCounters, LossCellsNameTheRightRecord) {
  TempDir dir;
  Shard &shard = immortal(dir.path());
  UnitCounters &first = enrolled(shard, 1, 1);
  countHere(first.slot, 0);
  inThread([&] { countHere(first.slot, 0); }); // a second record of the first map
  UnitCounters &second = enrolled(shard, 2, 1);
  countHere(second.slot, 0);
  shard.recordLoss(second, 0, 4, LossKind::Raised);
  EXPECT_EQ(merged(shard.path()), mapOf(1).text() + ": 2\n" + mapOf(2).text() + ": 1 (0,4,1)=1\n");
}

TEST(ThreadCounters, WithoutRoomTheShardSaysSo) {
  TempDir dir;
  Shard &shard = immortal(dir.path(), systemFileOps(), 64 * 1024);
  UnitCounters &unit = enrolled(shard, 1, 5000);
  countHere(unit.slot, 4999);
  inThread([&] {
    countHere(unit.slot, 4999);
    countHere(unit.slot, 4999);
  });
  EXPECT_EQ(unit.counters[4999], 1u);
  EXPECT_NE(shard.takeFailure().find("Cannot allocate memory"), std::string::npos);
  EXPECT_EQ(ShardFile(shard.path()).view.header.incomplete, uint32_t(ENOMEM));
}

TEST(ThreadCounters, CountsFromLateDestructorsStay) {
  // A thread's last destructors may still run Python code, after ours has run.
  TempDir dir;
  Shard &shard = immortal(dir.path());
  static uint32_t slot;
  slot = enrolled(shard, 1, 2).slot;
  static pthread_key_t key;
  ASSERT_EQ(::pthread_key_create(&key,
                                 [](void *) {
                                   countHere(slot, 1);
                                   countHere(slot, 1);
                                 }),
            0);
  inThread([&] {
    ::pthread_setspecific(key, &key);
    countHere(slot, 0);
  });
  inThread([&] { countHere(slot, 0); });
  EXPECT_EQ(describeFile(shard.path()), mapOf(1).text() + ": 2 2\n");
  ::pthread_key_delete(key);
}

TEST(ThreadCounters, ForkedChildHasTheCellsOfThreadsThatItHasNot) {
#ifdef __SANITIZE_THREAD__
  constexpr int later = 0; // the sanitizer takes new threads of a forked child for the parent's
#else
  constexpr int later = 5;
#endif
  TempDir dir;
  Shard &shard = immortal(dir.path());
  followForks(shard);
  UnitCounters &unit = enrolled(shard, 1);
  countHere(unit.slot, 0);
  std::atomic<bool> stop = false;
  std::atomic<int> counting = 0;
  std::vector<std::thread> running;
  for (int thread = 0; thread != 3; ++thread)
    running.emplace_back([&] {
      countHere(unit.slot, 1);
      for (++counting; !stop;)
        countHere(unit.slot, 1);
    });
  while (counting != 3)
    std::this_thread::yield();
  for (int child = 0; child != 20; ++child) {
    pid_t pid = ::fork();
    if (pid == 0) {
      countHere(unit.slot, 0);
      for (int thread = 0; thread != later; ++thread)
        inThread([&] { countHere(unit.slot, 2); });
      bool good = merged(shard.path()) == mapOf(1).text() + ": 1 0 " + std::to_string(later) + "\n";
      good = good && ShardFile(shard.path()).view.counters.size() <= 4;
      ::_exit(good ? 0 : 1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
  }
  stop = true;
  for (std::thread &each : running)
    each.join();
  EXPECT_EQ(ShardFile(shard.path()).view.counters.size(), 4u);
}

TEST(ThreadCounters, ForkedChildOfAFullShardIsIncompleteToo) {
  TempDir dir;
  Shard &shard = immortal(dir.path(), systemFileOps(), 64 * 1024);
  followForks(shard);
  UnitCounters &unit = enrolled(shard, 1, 5000);
  countHere(unit.slot, 0);
  inThread([&] { countHere(unit.slot, 0); }); // in private memory, for whoever has its cells next
  pid_t pid = ::fork();
  if (pid == 0)
    ::_exit(ShardFile(shard.path()).view.header.incomplete == uint32_t(ENOMEM) ? 0 : 1);
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

} // namespace
} // namespace blockcov::testing
