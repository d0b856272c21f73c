//===- probes.h - where the probes go ---------------------------*- C++ -*-===//
//
// Flow into a block equals flow out of it, so one way out of each block follows
// from the ways in and the other ways out. Which one is chosen so that
//
//   - choices never go in a circle: then the counts without a probe follow from
//     those of earlier events, block by block (the chosen edges are a spanning
//     tree, so that no fewer probes determine all counts: Knuth, "Optimal
//     measurement points for program frequency counts", BIT 13, 1973);
//   - the chosen edges are expected to run the most (after Ball and Larus,
//     "Optimally profiling and tracing programs", TOPLAS 16(4), 1994; theirs is a
//     spanning tree without direction, which may derive the count of an entered
//     block from how often it was left: a process that is killed in between would
//     read as if it had never been there).
//
// Some blocks choose nothing, and all their ways out carry probes: see wantsProbe.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/cfg.h"

#include "llvm/Support/Error.h"

namespace blockcov {

/// Which edges carry a probe. Probes are numbered by edge.
struct ProbePlan {
  llvm::SmallVector<EdgeId, 0> edgeOf;   ///< of each probe
  llvm::SmallVector<ProbeId, 0> probeOf; ///< of each edge; invalid: derived
};

/// An error if no choice of probes determines all edges.
llvm::Expected<ProbePlan> planProbes(const Function &fn, const Cfg &cfg, const Dialect &dialect);

} // namespace blockcov
