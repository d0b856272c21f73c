//===- runtime_bench.cc - counting, writing and merging shards ------------===//
//
// On files in a temporary directory, which BLOCKCOV_BENCH_DIR may name: what a
// disk does is part of it. items_per_second says of what: counts, units, loss
// cells, shards or maps.
//
//===----------------------------------------------------------------------===//

#include "runtime/map_store.h"
#include "runtime/merge.h"
#include "runtime/shard.h"
#include "runtime/thread_counters.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <random>

namespace blockcov {
namespace {

constexpr uint32_t kCounters = 64; ///< of a unit
constexpr uint32_t kCodes = 16;    ///< of a unit

/// The value, or the end of the program: nothing here may fail.
template <typename T> T must(llvm::Expected<T> value) {
  if (value)
    return std::move(*value);
  fprintf(stderr, "runtime_bench: %s\n", toString(value.takeError()).c_str());
  exit(1);
}

/// A data directory that goes away with it.
class DataDir {
public:
  DataDir() {
    const char *parent = getenv("BLOCKCOV_BENCH_DIR");
    llvm::SmallString<128> path(parent ? parent : "");
    if (!parent)
      llvm::sys::path::system_temp_directory(/*ErasedOnReboot=*/true, path);
    llvm::sys::path::append(path, "blockcov-bench-%%%%%%%%");
    llvm::SmallString<128> made;
    llvm::sys::fs::createUniquePath(path, made, /*MakeAbsolute=*/true);
    path_ = made.str().str();
    maps_ = must(MapStore::create(path_));
  }
  ~DataDir() { llvm::sys::fs::remove_directories(path_); }
  DataDir(const DataDir &) = delete;
  DataDir &operator=(const DataDir &) = delete;

  const std::string &path() const { return path_; }
  MapStore &maps() { return *maps_; }
  std::unique_ptr<Shard> shard() { return must(Shard::create(path_)); }

private:
  std::string path_;
  std::unique_ptr<MapStore> maps_;
};

Hash128 mapOf(uint64_t number) { return {number * 0x9e3779b97f4a7c15, number}; }

UnitCounters &unitOf(Shard &shard, uint64_t number, uint32_t counters = kCounters) {
  return *must(shard.unit(mapOf(number), counters, kCodes));
}

/// What nb_bool does, without the interpreter around it: through a pointer into
/// the mapped shard, in an order that is not that of the addresses.
template <bool Locked> void increment(benchmark::State &state) {
  DataDir dir;
  auto shard = dir.shard();
  UnitCounters &unit = unitOf(*shard, 1, uint32_t(state.range(0)));
  std::vector<uint64_t *> probes;
  for (uint32_t i = 0; i < unit.counterCount; ++i)
    probes.push_back(unit.counters + i);
  std::shuffle(probes.begin(), probes.end(), std::mt19937(1)); // NOLINT: the same order each time is wanted
  for (auto _ : state)
    for (uint64_t *probe : probes) {
      std::atomic_ref<uint64_t> counter(*probe);
      if constexpr (Locked)
        counter.fetch_add(1, std::memory_order_relaxed);
      else
        counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
  state.SetItemsProcessed(int64_t(state.iterations()) * state.range(0));
}

void counterIncrement(benchmark::State &state) { increment<false>(state); }
void counterIncrementLocked(benchmark::State &state) { increment<true>(state); }

/// Threads in the same function, without a GIL: each in cells of its own, or all in
/// the same ones with locked instructions.
template <bool Shared> void countTogether(benchmark::State &state) {
  static UnitCounters &unit = [&]() -> UnitCounters & { // for ever: threads outlive a run
    auto &shard = *(new DataDir)->shard().release();
    UnitCounters &made = unitOf(shard, 1);
    enrol(made);
    return made;
  }();
  for (auto _ : state)
    for (uint32_t counter = 0; counter != kCounters; ++counter) {
      if constexpr (Shared)
        addRelaxed(unit.counters[counter], 1);
      else
        countHere(unit.slot, counter);
    }
  state.SetItemsProcessed(int64_t(state.iterations()) * kCounters);
}

void countOwn(benchmark::State &state) { countTogether<false>(state); }
void countShared(benchmark::State &state) { countTogether<true>(state); }

/// Opening a shard: a file, its reservation and its mapping.
void shardCreate(benchmark::State &state) {
  DataDir dir;
  for (auto _ : state)
    benchmark::DoNotOptimize(dir.shard());
  state.SetItemsProcessed(int64_t(state.iterations()));
}

/// A module's counters: reservation, record, publication.
void shardAddUnit(benchmark::State &state) {
  DataDir dir;
  auto shard = dir.shard();
  uint64_t number = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(&unitOf(*shard, ++number));
  state.SetItemsProcessed(int64_t(state.iterations()));
}

/// An exception where none was raised before: a new record.
void shardAddLoss(benchmark::State &state) {
  DataDir dir;
  auto shard = dir.shard();
  uint32_t place = 0;
  UnitCounters *unit = nullptr;
  for (auto _ : state) {
    if (place % 256 == 0) // a code object has few places; the list of a unit is walked
      unit = &unitOf(*shard, place);
    shard->recordLoss(*unit, place % kCodes, place, LossKind::Raised);
    ++place;
  }
  state.SetItemsProcessed(int64_t(state.iterations()));
}

/// An exception where one was raised before.
void shardCountLoss(benchmark::State &state) {
  DataDir dir;
  auto shard = dir.shard();
  UnitCounters &unit = unitOf(*shard, 1);
  for (auto _ : state)
    shard->recordLoss(unit, 3, 7, LossKind::Raised);
  state.SetItemsProcessed(int64_t(state.iterations()));
}

/// The end of a process that has run so many modules: the hash over all counters.
void shardSeal(benchmark::State &state) {
  for (auto _ : state) {
    state.PauseTiming();
    DataDir dir;
    auto shard = dir.shard();
    for (int64_t number = 0; number < state.range(0); ++number)
      unitOf(*shard, uint64_t(number));
    state.ResumeTiming();
    shard->seal();
    state.PauseTiming();
    shard.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(int64_t(state.iterations()) * state.range(0));
}

/// Shards of so many processes that have run the same 100 modules.
void mergeShards(benchmark::State &state) {
  constexpr uint64_t kUnits = 100;
  DataDir dir;
  std::vector<std::string> paths;
  for (int64_t process = 0; process < state.range(0); ++process) {
    auto shard = dir.shard();
    for (uint64_t number = 0; number < kUnits; ++number) {
      UnitCounters &unit = unitOf(*shard, number);
      for (uint32_t i = 0; i < unit.counterCount; ++i)
        unit.counters[i] = i;
      shard->recordLoss(unit, 1, 2, LossKind::Raised);
    }
    shard->seal();
    paths.push_back(shard->path());
  }
  for (auto _ : state) {
    MergedFiles merged = mergeFiles(paths, /*skipLive=*/false);
    if (merged.merged.size() != paths.size() || merged.merge.units().size() != kUnits)
      state.SkipWithError("not everything was merged");
  }
  state.SetItemsProcessed(int64_t(state.iterations()) * state.range(0));
}

/// A map that is not there yet (0), or is (1): 8 KiB, as of a small module.
void storeMap(benchmark::State &state) {
  DataDir dir;
  std::string payload(8192, 'x');
  uint64_t number = 0;
  for (auto _ : state) {
    if (state.range(0) == 0)
      memcpy(payload.data(), &++number, sizeof number);
    benchmark::DoNotOptimize(must(dir.maps().store(payload)));
  }
  state.SetItemsProcessed(int64_t(state.iterations()));
}

BENCHMARK(counterIncrement)->ArgName("counters")->Arg(16)->Arg(1024)->Arg(65536);
BENCHMARK(counterIncrementLocked)->ArgName("counters")->Arg(16)->Arg(1024);
BENCHMARK(countOwn)->ThreadRange(1, 2)->UseRealTime();
BENCHMARK(countShared)->ThreadRange(1, 2)->UseRealTime();
BENCHMARK(shardCreate)->Unit(benchmark::kMicrosecond)->Iterations(500);
BENCHMARK(shardAddUnit)->Unit(benchmark::kMicrosecond)->Iterations(20000);
BENCHMARK(shardAddLoss)->Iterations(200000);
BENCHMARK(shardCountLoss);
BENCHMARK(shardSeal)->ArgName("units")->Arg(10)->Arg(1000)->Unit(benchmark::kMicrosecond)->Iterations(20);
BENCHMARK(mergeShards)->ArgName("shards")->Arg(10)->Arg(100)->Unit(benchmark::kMillisecond);
BENCHMARK(storeMap)->ArgName("again")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond)->Iterations(2000);

} // namespace
} // namespace blockcov
