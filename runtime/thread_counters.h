//===- thread_counters.h - counters that one thread adds to -----*- C++ -*-===//
//
// Where threads run at the same time, two that count in the same function would
// send its counters' cache lines to and fro, and a locked instruction would cost
// more than the rest of a probe. Here each thread has cells of its own:
//
//   probe: (unit, counter)  ->  threadBases.of[unit]  ->  base[counter] += 1
//
// The first thread that counts in a unit takes the unit's counters, each other
// one adds a record of the same map to the shard. Readers add up all records of a
// map. A thread that ends leaves its cells, with what is in them, to the next one
// that starts: thousands of short threads need no more room than as many as run
// at a time.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/counters.h"

namespace blockcov {

/// Where the running thread counts. Written by that thread only.
struct ThreadBases {
  uint64_t *const *of; ///< by UnitCounters::slot; null: this thread has not counted there yet
  uint32_t size;
};

/// Trivial and in the static TLS block: read with one instruction, also in a
/// library that is loaded late.
extern thread_local constinit ThreadBases threadBases __attribute__((tls_model("initial-exec")));

/// The slow path of countHere(): finds cells for this thread. Never fails: without
/// room they are private memory, and the shard is marked incomplete.
void countFirst(uint32_t slot, uint32_t counter);

/// Adds one to a counter of the unit that enrol() gave `slot`, for the running
/// thread. No lock, no locked instruction.
inline void countHere(uint32_t slot, uint32_t counter) {
  const ThreadBases &mine = threadBases;
  if (slot < mine.size)
    if (uint64_t *base = mine.of[slot])
      return addAlone(base[counter], 1); // no other thread has this base
  countFirst(slot, counter);
}

/// From now on countHere() may be called with unit.slot. The unit must live for
/// ever.
void enrol(UnitCounters &unit);

/// Around fork(), before the shards' own functions and after them. The cells of
/// threads that the child does not have are free in it.
void forkPrepareThreads();
void forkParentThreads();
void forkChildThreads();

} // namespace blockcov
