//===- thread_counters.cc -------------------------------------------------===//
#include "runtime/thread_counters.h"

#include "runtime/shard.h"

#include "llvm/ADT/SmallPtrSet.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <vector>

namespace blockcov {

thread_local constinit ThreadBases threadBases __attribute__((tls_model("initial-exec"))) = {nullptr, 0};

namespace {

/// The cells of one thread after the other.
struct Lane {
  std::vector<uint64_t *> bases; ///< by slot
};

/// Never destroyed: threads may outlive every exit handler.
struct Lanes {
  std::mutex mutex; ///< taken before a shard's; guards all of the following
  std::vector<UnitCounters *> units;
  std::deque<Lane> all;
  std::vector<Lane *> free;

  /// A lane that no thread has. The mutex makes what its last thread stored there
  /// visible to the next.
  Lane *take() {
    if (free.empty())
      return &all.emplace_back();
    Lane *lane = free.back();
    free.pop_back();
    return lane;
  }

  /// The lane's cells of a unit, found if it has none yet.
  uint64_t *base(Lane &lane, uint32_t slot) {
    if (slot >= lane.bases.size())
      lane.bases.resize(std::max<size_t>(units.size(), 2 * lane.bases.size()));
    uint64_t *&base = lane.bases[slot];
    if (!base)
      base = units[slot]->shard.threadCounters(*units[slot]);
    return base;
  }
};

Lanes &lanes() {
  static auto *instance = new Lanes;
  return *instance;
}

/// Gives the lane back when the thread ends.
struct Holder {
  Lane *lane = nullptr;
  ~Holder();
};

thread_local Holder holder;
thread_local constinit bool ended = false; ///< `holder` is gone: other destructors of the thread still count

Holder::~Holder() {
  ended = true;
  threadBases = {nullptr, 0};
  if (!lane)
    return;
  std::lock_guard lock(lanes().mutex);
  lanes().free.push_back(lane);
}

} // namespace

void countFirst(uint32_t slot, uint32_t counter) {
  Lanes &all = lanes();
  std::lock_guard lock(all.mutex);
  if (ended) { // as a thread that lives for one count
    Lane *lane = all.take();
    addAlone(all.base(*lane, slot)[counter], 1);
    all.free.push_back(lane);
    return;
  }
  if (!holder.lane)
    holder.lane = all.take();
  addAlone(all.base(*holder.lane, slot)[counter], 1);
  threadBases = {holder.lane->bases.data(), static_cast<uint32_t>(holder.lane->bases.size())};
}

void enrol(UnitCounters &unit) {
  Lanes &all = lanes();
  std::lock_guard lock(all.mutex);
  if (unit.slot != UnitCounters::kNoSlot)
    return;
  unit.slot = static_cast<uint32_t>(all.units.size());
  all.units.push_back(&unit);
}

void forkPrepareThreads() { lanes().mutex.lock(); }

void forkParentThreads() { lanes().mutex.unlock(); }

void forkChildThreads() {
  Lanes &all = lanes();
  Lane *own = ended ? nullptr : holder.lane;
  // Those of threads that count here go to the next ones first: they have cells already.
  const llvm::SmallPtrSet<Lane *, 16> free(all.free.begin(), all.free.end());
  for (Lane &lane : all.all)
    if (&lane != own && !free.contains(&lane))
      all.free.push_back(&lane);
  all.mutex.unlock();
}

} // namespace blockcov
