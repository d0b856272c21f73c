//===- flow_hits.h - every edge and instruction from probes that fire once -*- C++ -*-//
//
// A probe of Mode::Hits says whether its edge was ever taken. Whether others were
// does not follow from that by subtraction; it is concluded in this order:
//
//   1. from the probes, and from losses in front of a head probe;
//   2. forward along the edges of ProbePlan::follows;
//   3. backward: a block where something happened was entered. If no known way
//      into it was taken, one that cannot carry a probe was;
//   4. forward: a block that was passed to its end was left. If no known way out
//      of it was taken, one without a probe was.
//
// Losses are exact, but do not say whether a frame ever got past the instruction
// where another one was lost. That follows from what lies behind: a block with a
// way out that was taken was passed to its end. Any other was passed as far as its
// furthest loss; to its end, if there is none (a process that was killed, or a
// way out that nobody needs to know).
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/flow.h"

namespace blockcov {

/// As solveFlow, with all values 0 or 1; `lost` is 1 where an instruction was
/// executed and the next of its block, or any way out behind the last, never was.
/// Only for the plan of Mode::Hits.
llvm::Expected<FlowCounts> solveHits(const Compiled &code, const Dialect &dialect, llvm::ArrayRef<uint64_t> counters,
                                     llvm::ArrayRef<Loss> losses);

} // namespace blockcov
