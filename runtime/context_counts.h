//===- context_counts.h - reports of contexts -------------------*- C++ -*-===//
#pragma once

#include "runtime/context_sums.h"
#include "runtime/file_counts.h"
#include "runtime/summary.h"

#include <string>
#include <vector>

namespace blockcov {

/// All that was measured, and in which contexts.
struct ContextData {
  DataFiles files;
  std::map<Hash128, MergedUnit> units;
  ContextSums sums;
  std::vector<std::string> errors; ///< one for each file that is left out
};

ContextData readContextData(DataFiles files);

/// As gather(), with what was counted while any of the contexts (one bit for each of
/// data.sums.names()) was active, and, with `outside`, while none was. Units that
/// were not touched then are there, with zeros.
Gathered gatherContexts(const ContextData &data, const std::vector<bool> &names, bool outside);

/// Of one file in one context.
struct ContextFile {
  uint32_t name = 0; ///< index in data.sums.names(); behind the last: outside of every context
  FileCounts counts;
};

/// The counts of a source file in each context in which something of it ran, in the
/// order of the indices. `analysis` was made for the units with these maps, in the
/// same order.
llvm::Expected<std::vector<ContextFile>> countContexts(const ContextData &data, llvm::StringRef analysis,
                                                       llvm::ArrayRef<Hash128> maps);

} // namespace blockcov
