//===- shard_failure_test.cc - the N-th operation fails, for every N ------===//
#include "support.h"

namespace blockcov::testing {
namespace {

/// What a process does to its shard. Counts always, whether they are kept or not.
void measure(Shard &shard, uint64_t &lost) {
  for (uint64_t number = 0; number != 40; ++number) {
    auto unit = shard.unit(mapOf(number), 500, 2);
    if (!unit) {
      EXPECT_TRUE(unit.errorIsA<IoError>());
      EXPECT_NE(shard.lose(unit.takeError()), "");
      ++lost;
      continue;
    }
    for (uint32_t index = 0; index != 500; ++index)
      (*unit)->counters[index] += 1;
    for (uint32_t place = 0; place != 50; ++place)
      shard.recordLoss(**unit, 1, place, LossKind::Raised);
  }
}

void checkEveryFailure(bool forEver) {
  bool done = false;
  for (int passes = 0; !done; ++passes) {
    TempDir dir;
    FailingOps ops(passes, forEver);
    auto shard = Shard::create(dir.path(), ops);
    if (!shard) {
      EXPECT_TRUE(shard.errorIsA<IoError>());
      llvm::consumeError(shard.takeError());
      std::error_code error;
      llvm::sys::fs::directory_iterator each(dir / "shards", error), end;
      EXPECT_TRUE(error || each == end) << "a file is left after failure " << passes;
      continue;
    }
    uint64_t lost = 0;
    measure(**shard, lost);
    done = !ops.failed();
    ShardFile file((*shard)->path());
    const ShardView &view = file.view;
    EXPECT_EQ(view.counters.size(), 40 - lost) << passes;
    for (const ShardCounters &unit : view.counters)
      for (uint64_t counter : unit.counters)
        EXPECT_EQ(counter, 1u);
    // If anything is missing the file says so, and someone hears of it.
    bool complete = lost == 0 && view.losses.size() == 40 * 50;
    EXPECT_EQ(view.header.incomplete == 0, complete) << passes;
    EXPECT_EQ((*shard)->takeFailure().empty(), complete) << passes;
  }
}

TEST(ShardFailure, OneOperationFails) { checkEveryFailure(false); }

TEST(ShardFailure, TheDiskStaysFull) { checkEveryFailure(true); }

} // namespace
} // namespace blockcov::testing
