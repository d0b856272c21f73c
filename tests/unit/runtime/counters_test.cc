//===- counters_test.cc - loss cells under threads ------------------------===//
#include "support.h"

#include <thread>

namespace blockcov::testing {
namespace {

TEST(LossCells, ThreadsNeverLoseACount) {
  constexpr uint32_t threads = 8, rounds = 400, places = 37;
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  UnitCounters *unit = must(shard->unit(mapOf(1), 1, 2));
  std::vector<std::thread> running;
  for (uint32_t thread = 0; thread != threads; ++thread)
    running.emplace_back([&, thread] {
      for (uint32_t round = 0; round != rounds; ++round)
        for (uint32_t place = 0; place != places; ++place)
          shard->recordLoss(*unit, (thread + round) % 2, (place + thread) % places, LossKind::Raised);
    });
  // A reader meanwhile always sees a whole file.
  for (int reads = 0; reads != 50; ++reads)
    ShardFile whole(shard->path());
  for (std::thread &each : running)
    each.join();

  ShardFile file(shard->path());
  const ShardView &view = file.view;
  EXPECT_EQ(view.losses.size(), 2 * places); // one cell for each place
  for (const ShardLoss &cell : view.losses)
    EXPECT_EQ(cell.loss.count, threads * rounds / 2);
}

TEST(LossCells, UnitsAddedWhileOthersCount) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  std::vector<std::thread> running;
  for (uint64_t thread = 0; thread != 4; ++thread)
    running.emplace_back([&, thread] {
      for (uint64_t number = 0; number != 200; ++number) {
        UnitCounters *unit = must(shard->unit(mapOf(number), 20, 1));
        addRelaxed(unit->counters[thread], 1);
        shard->recordLoss(*unit, 0, 3, LossKind::Raised);
      }
    });
  for (std::thread &each : running)
    each.join();
  ShardFile file(shard->path());
  const ShardView &view = file.view;
  ASSERT_EQ(view.counters.size(), 200u);
  for (const ShardCounters &unit : view.counters)
    for (size_t thread = 0; thread != 4; ++thread)
      EXPECT_EQ(unit.counters[thread], 1u);
  for (const ShardLoss &cell : view.losses)
    EXPECT_EQ(cell.loss.count, 4u);
}

TEST(LossCells, AreFoundByCodePlaceAndKind) {
  TempDir dir;
  auto shard = must(Shard::create(dir.path()));
  UnitCounters *unit = must(shard->unit(mapOf(1), 1, 2));
  EXPECT_EQ(unit->find(0, 5, LossKind::Raised), nullptr);
  shard->recordLoss(*unit, 0, 5, LossKind::Raised);
  EXPECT_NE(unit->find(0, 5, LossKind::Raised), nullptr);
  EXPECT_EQ(unit->find(1, 5, LossKind::Raised), nullptr);
  EXPECT_EQ(unit->find(0, 6, LossKind::Raised), nullptr);
  EXPECT_EQ(unit->find(0, 5, LossKind::Running), nullptr);
}

} // namespace
} // namespace blockcov::testing
