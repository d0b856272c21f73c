//===- summary.h - the counts of a unit, compact ----------------*- C++ -*-===//
//
// What of a unit changes from run to run, and nothing else. What its places mean
// (spans, conditions, statements) is the same for every run; file_counts.h joins
// the two.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/data_dir.h"
#include "runtime/line_arcs.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace blockcov {

/// A code object that no counter and no loss cell has seen is idle: all is zero, and
/// all vectors are empty.
struct CodeSummary {
  bool idle = true;
  uint64_t calls = 0;
  std::vector<std::pair<int32_t, uint64_t>> lines;  ///< every line of the code, ascending
  std::vector<std::pair<int32_t, uint64_t>> raises; ///< ascending
  std::vector<uint64_t> places;                     ///< of each site in turn: true, false, and the count of each way in
  std::vector<LineArc> arcs;
};

struct UnitSummary {
  Hash128 map;
  std::string filename;
  Hash128 sourceHash; ///< zero if there was no source
  Mode mode = Mode::Counts;
  uint8_t minor = 0;
  std::vector<CodeSummary> codes;
};

/// Resolves one unit. Errors are those of resolve().
llvm::Expected<std::vector<CodeSummary>> summarise(const Unit &unit, llvm::ArrayRef<uint64_t> counters,
                                                   llvm::ArrayRef<Loss> losses);

/// The same with what the resolver, which is the unit's, knows already.
llvm::Expected<std::vector<CodeSummary>> summarise(const Unit &unit, UnitResolver &resolver,
                                                   llvm::ArrayRef<uint64_t> counters, llvm::ArrayRef<Loss> losses);

/// All that was measured.
struct Gathered {
  DataFiles files;
  std::vector<UnitSummary> units;  ///< in the order of their maps' hashes
  std::vector<std::string> errors; ///< one for each file or unit that is left out
};

/// Merges shards and resolves their units, in several threads.
Gathered gather(DataFiles files);

/// Resolves units that were merged from those files, with `errors`.
Gathered gather(DataFiles files, const std::map<Hash128, MergedUnit> &merged, std::vector<std::string> errors);

/// Calls `work(i)` for each i below `count`, from up to `most` threads at once (0: one for each processor that this
/// process may use).
void inParallel(size_t count, const std::function<void(size_t)> &work, unsigned most = 0);

} // namespace blockcov
