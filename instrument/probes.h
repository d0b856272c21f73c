//===- probes.h - where the probes go ---------------------------*- C++ -*-===//
#pragma once

#include "instrument/cfg.h"

#include "llvm/Support/Error.h"

namespace blockcov {

/// Which edges carry a probe. Probes are numbered by edge.
struct ProbePlan {
  llvm::SmallVector<EdgeId, 0> edgeOf;   ///< of each probe
  llvm::SmallVector<ProbeId, 0> probeOf; ///< of each edge; invalid: derived
};

/// The fewest probes that determine every edge, on the edges that are expected
/// to run the least. An error if no choice determines all of them.
llvm::Expected<ProbePlan> planProbes(const Function &fn, const Cfg &cfg, const Dialect &dialect);

} // namespace blockcov
