//===- merge_test.cc - addition, and combining files ----------------------===//
#include "runtime/merge.h"

#include "runtime/data_dir.h"
#include "runtime/map_store.h"
#include "support.h"

#include <random>

namespace blockcov::testing {
namespace {

/// The bytes of a shard with pseudo-random counts over a few maps.
std::string randomShard(uint32_t seed) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  std::mt19937 random(seed);
  for (uint64_t map = 0; map != 4; ++map) {
    if (random() % 3 == 0)
      continue;
    UnitCounters *unit = must(shard->unit(mapOf(map), static_cast<uint32_t>(map + 1), 2));
    for (uint64_t index = 0; index <= map; ++index)
      unit->counters[index] = random() % 4 == 0 ? ~uint64_t(0) - random() : random();
    for (uint32_t count = random() % 5; count != 0; --count)
      shard->recordLoss(*unit, random() % 2, random() % 8, static_cast<LossKind>(1 + random() % 3));
  }
  return readFile(shard->path());
}

void add(Merge &merge, const std::string &bytes) { must(merge.add(must(parseShard(bytes, "test")), "test")); }

TEST(Merge, IsAssociativeAndCommutative) {
  std::vector<std::string> shards;
  for (uint32_t seed = 0; seed != 6; ++seed)
    shards.push_back(randomShard(seed));
  Merge inOrder, backward, grouped, left, right;
  for (const std::string &shard : shards)
    add(inOrder, shard);
  for (size_t index = shards.size(); index-- != 0;)
    add(backward, shards[index]);
  for (size_t index = 0; index != shards.size(); ++index)
    add(index < 2 ? left : right, shards[index]);
  add(grouped, right.encode());
  add(grouped, left.encode());
  EXPECT_EQ(describe(inOrder), describe(backward));
  EXPECT_EQ(describe(inOrder), describe(grouped));
  EXPECT_EQ(inOrder.encode(), backward.encode()); // to the byte
  EXPECT_EQ(inOrder.encode(), grouped.encode());
  EXPECT_EQ(inOrder.ids().size(), 6u);
}

TEST(Merge, Saturates) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  must(shard->unit(mapOf(1), 1, 1))->counters[0] = ~uint64_t(0) - 1;
  std::string bytes = readFile(shard->path());
  Merge merge;
  add(merge, bytes);
  add(merge, bytes);
  EXPECT_EQ(merge.units().at(mapOf(1)).counters[0], ~uint64_t(0));
}

TEST(Merge, ShardThatContradictsAnotherCountsNothing) {
  TempDir one, two;
  auto first = must(Shard::create(one.path())), second = must(Shard::create(two.path()));
  must(first->unit(mapOf(1), 2, 1))->counters[0] = 1;
  must(second->unit(mapOf(2), 2, 1))->counters[0] = 1;
  must(second->unit(mapOf(1), 3, 1))->counters[0] = 1;
  Merge merge;
  add(merge, readFile(first->path()));
  std::string before = describe(merge), bytes = readFile(second->path());
  llvm::Error error = merge.add(must(parseShard(bytes, "b.shard")), "b.shard");
  EXPECT_EQ(llvm::toString(std::move(error)),
            "b.shard: offset 128: 3 counters of map " + mapOf(1).text() + ", other shards have 2");
  EXPECT_EQ(describe(merge), before);
}

/// A data directory with maps and the shards of processes that have ended.
class DataDirectory {
public:
  void addShard(uint64_t count) {
    auto store = must(MapStore::create(dir.path()));
    Hash128 map = must(store->store("some map"));
    auto shard = must(Shard::create(dir.path()));
    must(shard->unit(map, 1, 1))->counters[0] = count;
  }
  std::vector<std::string> shards() const { return findDataFiles({dir.path()}).shards; }
  uint64_t total() const {
    MergedFiles merged = mergeFiles(shards(), false);
    EXPECT_EQ(merged.errors, std::vector<std::string>());
    return merged.merge.units().begin()->second.counters[0];
  }
  Combined combine(bool keep, FileOps &ops = systemFileOps()) {
    return must(combineFiles({dir.path()}, dir.path(), keep, ops));
  }

  TempDir dir;
};

TEST(Combine, OneShardIsLeft) {
  DataDirectory data;
  for (uint64_t count : {1, 20, 300})
    data.addShard(count);
  Combined combined = data.combine(false);
  EXPECT_EQ(combined.shards, 3u);
  EXPECT_TRUE(combined.errors.empty());
  EXPECT_EQ(data.shards().size(), 1u);
  EXPECT_EQ(data.total(), 321u);
  data.addShard(4000);
  data.combine(false);
  EXPECT_EQ(data.shards().size(), 1u);
  EXPECT_EQ(data.total(), 4321u);
}

TEST(Combine, KeptShardsDoNotCountTwice) {
  DataDirectory data;
  for (uint64_t count : {1, 20})
    data.addShard(count);
  data.combine(true);
  EXPECT_EQ(data.shards().size(), 3u);
  EXPECT_EQ(data.total(), 21u);
  data.addShard(300);
  EXPECT_EQ(data.total(), 321u);
  data.combine(true); // a second merged shard, with the first one's processes inside
  EXPECT_EQ(data.shards().size(), 5u);
  EXPECT_EQ(data.total(), 321u);
  data.combine(false);
  EXPECT_EQ(data.shards().size(), 1u);
  EXPECT_EQ(data.total(), 321u);
}

TEST(Combine, CanBeKilledAnywhere) {
  // After the merged shard is there, the others go one by one: stop after each.
  for (size_t removed = 0; removed <= 3; ++removed) {
    DataDirectory data;
    for (uint64_t count : {1, 20, 300})
      data.addShard(count);
    std::vector<std::string> originals = data.shards();
    data.combine(true);
    for (size_t index = 0; index != removed; ++index)
      llvm::sys::fs::remove(originals[index]);
    EXPECT_EQ(data.total(), 321u);
    data.combine(false);
    EXPECT_EQ(data.shards().size(), 1u);
    EXPECT_EQ(data.total(), 321u);
  }
}

TEST(Combine, EveryFailureKeepsTheCounts) {
  bool done = false;
  for (int passes = 0; !done; ++passes) {
    DataDirectory data;
    for (uint64_t count : {1, 20, 300})
      data.addShard(count);
    FailingOps ops(passes);
    auto combined = combineFiles({data.dir.path()}, data.dir.path(), false, ops);
    done = static_cast<bool>(combined);
    if (!combined) {
      EXPECT_TRUE(combined.errorIsA<IoError>());
      llvm::consumeError(combined.takeError());
      EXPECT_EQ(data.shards().size(), 3u) << passes;
    }
    EXPECT_EQ(data.total(), 321u) << passes;
  }
}

TEST(Combine, DamagedShardIsNamedAndStays) {
  DataDirectory data;
  for (uint64_t count : {1, 20, 300})
    data.addShard(count);
  std::string victim = data.shards()[1];
  std::string bytes = readFile(victim);
  bytes[40] ^= 1;
  writeFile(victim, bytes);
  Combined combined = data.combine(false);
  EXPECT_EQ(combined.shards, 2u);
  ASSERT_EQ(combined.errors.size(), 1u);
  EXPECT_EQ(combined.errors[0], victim + ": offset 56: the header's hash does not match");
  EXPECT_EQ(readFile(victim), bytes);
}

TEST(Combine, OverlappingMergedShardsAreNotAdded) {
  DataDirectory data, other;
  for (uint64_t count : {1, 20, 300})
    data.addShard(count);
  std::vector<std::string> shards = data.shards();
  must(combineFiles({shards[0], shards[1]}, other.dir.path(), true));
  must(combineFiles({shards[1], shards[2]}, other.dir.path(), true));
  MergedFiles merged = mergeFiles(other.shards(), false);
  EXPECT_EQ(merged.merged.size(), 1u);
  ASSERT_EQ(merged.errors.size(), 1u);
  EXPECT_NE(merged.errors[0].find("1 of the 2 processes in it are in another merged shard too"), std::string::npos);
}

TEST(Combine, LeavesLiveProcessesAlone) {
  DataDirectory data;
  data.addShard(1);
  auto live = must(Shard::create(data.dir.path()));
  must(live->unit(mapOf(9), 1, 1));
  Combined combined = data.combine(false);
  EXPECT_EQ(combined.shards, 1u);
  EXPECT_EQ(combined.errors.size(), 1u);
  EXPECT_TRUE(llvm::sys::fs::exists(live->path()));
}

TEST(Erase, RemovesAllButLiveShards) {
  DataDirectory data;
  data.addShard(1);
  auto live = must(Shard::create(data.dir.path()));
  Erased erased = must(eraseData(data.dir.path()));
  EXPECT_EQ(erased.files, 1u);
  ASSERT_EQ(erased.kept.size(), 1u);
  EXPECT_TRUE(llvm::StringRef(live->path()).contains(erased.kept[0]));
  live.reset();
  erased = must(eraseData(data.dir.path()));
  EXPECT_EQ(erased.files, 2u); // the shard and the map
  EXPECT_TRUE(erased.kept.empty());
  EXPECT_FALSE(llvm::sys::fs::exists(data.dir.path()));
  EXPECT_EQ(must(eraseData(data.dir.path())).files, 0u);
}

TEST(Erase, LeavesWhatIsNotOurs) {
  DataDirectory data;
  data.addShard(1);
  writeFile(data.dir / "notes.txt", "mine");
  writeFile(data.dir / "shards/notes.txt", "mine");
  must(eraseData(data.dir.path()));
  EXPECT_EQ(readFile(data.dir / "notes.txt"), "mine");
  EXPECT_EQ(readFile(data.dir / "shards/notes.txt"), "mine");
}

} // namespace
} // namespace blockcov::testing
