//===- probes.h - where the probes go ---------------------------*- C++ -*-===//
//
// Counts. Flow into a block equals flow out of it, so one way out of each block
// follows from the ways in and the other ways out. Which one is chosen so that
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
// With Placement::Blocks, all do that something else comes together with or parts from,
// so that of a killed process only the rest of the block that it was in is uncertain.
//
// Hits. Whether an edge was taken does not follow from whether others were: that
// a block was entered and left one way says nothing about the other way. Probes
// cost nothing once they have fired, so each edge has one but those that
// necessarily follow (see hit_probes.cc).
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/cfg.h"
#include "instrument/mode.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/Support/Error.h"

namespace blockcov {

/// Which edges carry a probe. Probes are numbered by edge; behind those of edges
/// come those of completions, by block.
struct ProbePlan {
  Mode::Kind mode = Mode::Counts;        ///< Counts or Hits
  llvm::SmallVector<EdgeId, 0> edgeOf;   ///< of each probe; of a completion's: none
  llvm::SmallVector<ProbeId, 0> probeOf; ///< of each edge; invalid: it follows from others
  /// Hits: of each block, the probe in front of its suspension, which says that
  /// all before that ran. Invalid where nobody needs to know. Counts: empty.
  llvm::SmallVector<ProbeId, 0> completionOf;
  /// Hits: edges taken whenever their source was entered (if its only way in has a
  /// Head probe: whenever that fired), since nothing in between can raise.
  llvm::BitVector follows;

  uint32_t probeCount() const { return uint32_t(edgeOf.size()); }
};

/// An error if no choice of probes determines all edges.
llvm::Expected<ProbePlan> planProbes(const Function &fn, const Cfg &cfg, const Dialect &dialect,
                                     Placement placement = Placement::Fewest);

/// The plan of Mode::Hits. Where that cannot tell all edges apart it is the plan
/// of Mode::Counts, which can.
llvm::Expected<ProbePlan> planHitProbes(const Function &fn, const Cfg &cfg, const Dialect &dialect,
                                        Placement placement = Placement::Fewest);

} // namespace blockcov
