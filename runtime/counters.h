//===- counters.h - one unit's counters in this process ---------*- C++ -*-===//
//
// A landing pad asks, each time an exception passes, for the loss cell of
// (code object, place, kind). Each code object has a list of those that it has
// used; nodes are only ever pushed, so walking it takes no lock.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/layout.h"
#include "runtime/resolve.h"

#include <atomic>
#include <cstdint>
#include <memory>

namespace blockcov {

class Shard;

/// A loss cell that this process uses. Immutable but for what `count` points at.
struct LossNode {
  uint32_t unit;
  LossKind kind;
  uint64_t *count; ///< in the shard, or private memory if that was full
  const LossNode *next;
};

/// Adds to a cell that others may read, and others may add to.
inline void addRelaxed(uint64_t &cell, uint64_t amount) {
  // Relaxed: a counter orders nothing; readers only ever want its value.
  std::atomic_ref<uint64_t>(cell).fetch_add(amount, std::memory_order_relaxed);
}

/// Adds to a cell that others may read, and nobody else adds to meanwhile. No
/// locked instruction.
inline void addAlone(uint64_t &cell, uint64_t amount) {
  // Relaxed: as above.
  std::atomic_ref<uint64_t> counter(cell);
  counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

/// The counters of one unit. Owned by its shard and alive as long as it; the
/// counters' addresses never change, not even across fork.
class UnitCounters {
public:
  UnitCounters(Shard &shard, uint32_t ordinal, uint64_t *counters, uint32_t counterCount, uint32_t codeCount)
      : shard(shard), ordinal(ordinal), counters(counters), counterCount(counterCount), codeCount(codeCount),
        losses_(new std::atomic<const LossNode *>[codeCount]) {
    for (uint32_t code = 0; code != codeCount; ++code)
      losses_[code].store(nullptr, std::memory_order_relaxed); // not shared yet
  }
  ~UnitCounters();
  UnitCounters(const UnitCounters &) = delete;
  UnitCounters &operator=(const UnitCounters &) = delete;

  /// The cell, or null if it was never used. Lock-free.
  const LossNode *find(uint32_t code, uint32_t unit, LossKind kind) const {
    // Acquire pairs with push(): a node that can be seen is whole.
    const LossNode *node = losses_[code].load(std::memory_order_acquire);
    while (node && (node->unit != unit || node->kind != kind))
      node = node->next;
    return node;
  }

  /// Calls `visit(const LossNode &)` for every cell of the unit.
  template <typename Visitor> void forEachLoss(Visitor visit) const {
    for (uint32_t code = 0; code != codeCount; ++code)
      forEachLossOf(code, visit);
  }

  /// The same for those of one code object.
  template <typename Visitor> void forEachLossOf(uint32_t code, Visitor visit) const {
    for (const LossNode *node = losses_[code].load(std::memory_order_acquire); node; node = node->next)
      visit(*node);
  }

  Shard &shard;
  const uint32_t ordinal; ///< of its record in the shard
  uint64_t *const counters;
  const uint32_t counterCount;
  const uint32_t codeCount;

  static constexpr uint32_t kNoSlot = ~uint32_t(0);
  uint32_t slot = kNoSlot; ///< of ThreadBases; written once, by enrol()
  void *probes = nullptr;  ///< the extension's objects for these counters, for ever

private:
  friend class Shard;
  /// Takes `count`; the caller holds the shard's mutex.
  void push(uint32_t code, uint32_t unit, LossKind kind, uint64_t *count);

  std::unique_ptr<std::atomic<const LossNode *>[]> losses_;
  bool taken_ = false; ///< `counters` belong to a thread; guarded by the shard's mutex
};

} // namespace blockcov
