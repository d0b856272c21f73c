//===- spanning_tree.h - which edges need a probe ---------------*- C++ -*-===//
//
// Flow into a node equals flow out of it, so the counts of the edges outside of
// a spanning tree determine those inside. Probes on the complement of a maximum
// spanning tree are the cheapest that suffice (Knuth, "Optimal measurement points
// for program frequency counts", BIT 13, 1973; Ball and Larus, "Optimally
// profiling and tracing programs", TOPLAS 16(4), 1994).
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/BitVector.h"

#include <cstdint>
#include <optional>

namespace blockcov {

struct WeightedEdge {
  uint32_t from = 0, to = 0; ///< nodes; direction does not matter
  double weight = 0;         ///< expected executions
  bool mustBeInTree = false; ///< cannot carry a probe
};

/// The edges of a maximum spanning forest of `nodeCount` nodes. Ties go to the
/// edge with the lower index. Empty if the edges that must be in the tree form a
/// cycle.
std::optional<llvm::BitVector> maximumSpanningTree(uint32_t nodeCount,
                                                   llvm::ArrayRef<WeightedEdge> edges);

} // namespace blockcov
