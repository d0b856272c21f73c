//===- contexts_test.cc - the contexts of a shard, written, read, summed, damaged -===//
#include "runtime/context_recorder.h"
#include "runtime/context_sums.h"
#include "runtime/data_dir.h"

#include "support.h"

#include <random>

namespace blockcov::testing {
namespace {

/// The counts of each context, in a form that can be compared and printed.
std::string describe(const ContextSums &sums, const Merge &merge) {
  std::stringstream out;
  std::map<std::string, size_t> order;
  for (size_t index = 0; index != sums.names().size(); ++index)
    order[sums.names()[index]] = index;
  auto print = [&](const std::string &name, const std::vector<bool> &names, bool outside) {
    out << name << ":";
    for (const auto &[map, total] : merge.units()) {
      MergedUnit unit = sums.select(map, total, names, outside);
      for (uint64_t counter : unit.counters)
        out << " " << counter;
      for (const Loss &loss : unit.lossList())
        if (loss.count)
          out << " (" << loss.code << "," << loss.unit << "," << int(loss.kind) << ")=" << loss.count;
      out << ";";
    }
    out << "\n";
  };
  for (const auto &[name, index] : order) {
    std::vector<bool> names(order.size());
    names[index] = true;
    print(name, names, false);
  }
  print("outside", std::vector<bool>(order.size()), true);
  return out.str();
}

std::string describeDir(const std::string &dir) {
  ContextSums sums;
  MergedFiles merged = mergeFiles(findDataFiles({dir}).shards, /*skipLive=*/false, &sums);
  std::string text = describe(sums, merged.merge);
  for (const std::string &error : merged.errors)
    text += error + "\n";
  return text;
}

struct Process {
  explicit Process(const TempDir &dir, FileOps &ops = systemFileOps())
      : shard(must(Shard::create(dir.path(), ops))), recorder(*shard), first(must(shard->unit(mapOf(1), 3, 2))),
        second(must(shard->unit(mapOf(2), 5, 1))) {}
  void enter(std::vector<std::string> active, std::vector<StandingFrame> frames = {}) {
    recorder.switchTo(active, frames);
  }
  std::unique_ptr<Shard> shard;
  ContextRecorder recorder;
  UnitCounters *first, *second;
};

/// Every kind of count, in two contexts that overlap.
void work(Process &process) {
  process.first->counters[0] += 7;
  process.enter({"a"}, {{process.first, 1, 12}});
  process.first->counters[0] += 1;
  process.second->counters[4] += 300;
  process.shard->recordLoss(*process.second, 0, 5, LossKind::Raised);
  process.enter({"a", "b"}, {{process.first, 1, 20}, {process.first, 1, 20}});
  process.first->counters[2] += uint64_t(1) << 40;
  process.shard->recordLoss(*process.second, 0, 5, LossKind::Raised);
  process.enter({"b"}, {{process.first, 1, 20}});
  process.second->counters[0] += 2;
  process.enter({}, {});
  process.second->counters[1] += 9;
  must(process.shard->unit(mapOf(3), 1, 1))->counters[0] += 4;
}

const char *const kWork = "a: 1 0 1099511627776 (1,12,3)=1 (1,20,2)=1; 0 0 0 0 300 (0,5,1)=2; 0;\n"
                          "b: 0 0 1099511627776 (1,20,3)=2; 2 0 0 0 0 (0,5,1)=1; 0;\n"
                          "outside: 7 0 0 (1,12,2)=1; 0 9 0 0 0; 4;\n";

TEST(Contexts, CountWhatWasCountedInThem) {
  TempDir dir;
  Process process(dir);
  work(process);
  EXPECT_EQ(describeDir(dir.path()), kWork);
  process.shard->seal();
  EXPECT_EQ(describeDir(dir.path()), kWork);
}

TEST(Contexts, WhatIsUnfinishedBelongsToThoseThatAreActive) {
  TempDir dir;
  Process process(dir);
  process.enter({"a"});
  process.first->counters[1] += 3;
  process.shard->recordLoss(*process.first, 0, 1, LossKind::Running);
  EXPECT_EQ(describeDir(dir.path()), "a: 0 3 0 (0,1,2)=1; 0 0 0 0 0;\noutside: 0 0 0; 0 0 0 0 0;\n");
}

TEST(Contexts, OfANewFileOfTheSameShard) {
  TempDir dir;
  Process process(dir);
  process.enter({"a"});
  process.first->counters[1] += 3;
  must(process.shard->rotate(/*drop=*/false));
  process.recorder.begin({"a"});
  process.first->counters[1] += 4;
  process.enter({"b"});
  process.first->counters[1] += 5;
  // While the process runs, it counts as it stood at the snapshot.
  EXPECT_EQ(describeDir(dir.path()), "a: 0 3 0; 0 0 0 0 0;\noutside: 0 0 0; 0 0 0 0 0;\n");
  process.shard.reset();
  EXPECT_EQ(describeDir(dir.path()), "a: 0 7 0; 0 0 0 0 0;\nb: 0 5 0; 0 0 0 0 0;\noutside: 0 0 0; 0 0 0 0 0;\n");
}

TEST(Contexts, MergeInAnyOrderAndGrouping) {
  TempDir dir;
  std::vector<std::string> shards;
  std::mt19937 random(1);
  for (int number = 0; number != 6; ++number) {
    Process process(dir);
    for (int step = 0; step != 12; ++step) {
      std::vector<std::string> active;
      for (const char *name : {"a", "b", "c", "d"})
        if (random() % 3 == 0)
          active.emplace_back(name);
      process.enter(active, {{process.first, 0, uint32_t(random() % 3)}});
      process.first->counters[random() % 3] += random() % 5;
      process.second->counters[random() % 5] += random();
      process.shard->recordLoss(*process.first, random() % 2, random() % 4, LossKind::Raised);
    }
    process.shard->seal();
    shards.push_back(process.shard->path());
  }
  const std::string all = describeDir(dir.path());
  TempDir left, right, both;
  must(combineFiles({shards[0], shards[3], shards[4]}, left.path(), /*keep=*/true));
  must(combineFiles({shards[5], shards[1], shards[2]}, right.path(), /*keep=*/true));
  must(combineFiles({right.path(), left.path()}, both.path(), /*keep=*/true));
  EXPECT_EQ(describeDir(both.path()), all);
  TempDir straight;
  must(combineFiles({dir.path()}, straight.path(), /*keep=*/true));
  EXPECT_EQ(describeDir(straight.path()), all);
  // Equal sums give equal bytes, whichever came first.
  const std::string name = filesIn(both.path() + "/contexts", {".contexts"}).at(0);
  EXPECT_EQ(readFile(name), readFile(filesIn(straight.path() + "/contexts", {".contexts"}).at(0)));
}

TEST(Contexts, EveryTruncationAndFlippedBitIsNoticed) {
  TempDir dir;
  Process process(dir);
  work(process);
  process.shard->seal();
  ShardFile shard(process.shard->path());
  const std::string path = contextsPathOf(process.shard->path());
  const std::string whole = readFile(path);
  auto add = [&](llvm::StringRef bytes) {
    ContextSums sums;
    llvm::Error error = sums.add(shard.view, bytes, path);
    bool bad = bool(error);
    llvm::consumeError(std::move(error));
    EXPECT_TRUE(!bad || sums.empty());
    return bad;
  };
  EXPECT_FALSE(add(whole));
  for (size_t size = 0; size != whole.size(); ++size) {
    writeFile(path, whole.substr(0, size));
    EXPECT_NE(describeDir(dir.path()).find(path), std::string::npos) << size;
  }
  for (size_t bit = 0; bit != 8 * whole.size(); ++bit) {
    std::string changed = whole;
    changed[bit / 8] = char(changed[bit / 8] ^ 1 << bit % 8);
    EXPECT_TRUE(add(changed)) << "bit " << bit;
  }
}

TEST(Contexts, OfAnotherShardAreRefused) {
  TempDir dir, other;
  Process process(dir), stranger(other);
  work(process);
  work(stranger);
  writeFile(contextsPathOf(process.shard->path()), readFile(contextsPathOf(stranger.shard->path())));
  EXPECT_NE(describeDir(dir.path()).find("offset 24: it belongs to another shard"), std::string::npos);
}

TEST(Contexts, LosesNothingButContextsWhenASystemCallFails) {
  for (int passes = 0;; ++passes) {
    TempDir dir;
    FailingOps ops(1 << 20); // Shard::create
    std::unique_ptr<Process> process = std::make_unique<Process>(dir, ops);
    ops.restart(passes, /*forEver=*/true);
    work(*process);
    const bool failed = ops.failed();
    process->shard->seal();
    ContextSums sums;
    MergedFiles merged = mergeFiles(findDataFiles({dir.path()}).shards, /*skipLive=*/false, &sums);
    EXPECT_EQ(merged.merge.units().at(mapOf(1)).counters[0], 8U);
    EXPECT_EQ(merged.errors.empty(), !failed);
    EXPECT_EQ(process->shard->takeFailure().empty(), !failed);
    // What is in a context was counted there.
    for (const std::string &name : sums.names()) {
      std::vector<bool> names(sums.names().size());
      names[size_t(&name - sums.names().data())] = true;
      MergedUnit unit = sums.select(mapOf(1), merged.merge.units().at(mapOf(1)), names, false);
      EXPECT_LE(unit.counters[0], name == "a" ? 1U : 0U);
    }
    if (!failed) {
      EXPECT_GT(passes, 5);
      break;
    }
  }
}

} // namespace
} // namespace blockcov::testing
