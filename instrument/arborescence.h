//===- arborescence.h - which edges go without a probe ----------*- C++ -*-===//
//
// Every node but the root chooses one of its edges, so that following the choices
// leads to the root from everywhere, and the chosen edges weigh the most in all
// (Edmonds, "Optimum branchings", J. Res. NBS 71B, 1967; Chu and Liu 1965).
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace blockcov {

struct ChoiceEdge {
  uint32_t from = 0, to = 0; ///< nodes
  double weight = 0;
};

/// For each node the index of its edge, of the root a meaningless one. Ties go to
/// the edge with the lower index. Nothing if a node has no way to the root.
std::optional<llvm::SmallVector<uint32_t, 0>> maximumArborescence(uint32_t nodeCount, uint32_t root,
                                                                  llvm::ArrayRef<ChoiceEdge> edges);

} // namespace blockcov
