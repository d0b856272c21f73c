//===- file_counts.h - counts of one source file ----------------*- C++ -*-===//
//
// A *file analysis* is what is known of a source file before anything is counted:
// its statements, the arcs that are possible, how each branch follows from places.
// The Python package `blockcov.analysis` makes it, once for each version of a file;
// `countFile` puts the counts of a run in.
//
// Layout: nine (kSections) uint32 sizes in bytes, then the sections; all of them
// are arrays of int32, little-endian. What stands behind the sections is for Python.
//
//   STATEMENTS  line, ascending
//   LINES       line, ascending: all that can have a count
//   FIRST       first, last: a statement on several lines, ascending
//   ARCS        start, end, flags; ascending. 1: its line branches. 2: may be missing.
//               4: counts as covered even if it was never taken
//   JUMPS       start, end, start', end' (both kNoLine: dropped); ascending
//   CODES       places of each code object of the units in turn
//   FORMS       for each outcome: its line, 0 if it need not come; how many terms, then
//               (place, coefficient) of each
//   CALLS       for each function: how many code objects, then their indices
//   UNKNOWN     lines that belong to code that ran unmeasured
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/summary.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Endian.h"

#include <array>
#include <string>
#include <vector>

namespace blockcov {

inline constexpr size_t kSections = 9;
inline constexpr int32_t kNoLine = INT32_MIN;

/// The figures of a row in the table; numbers.py says what they mean.
struct FileNumbers {
  uint32_t statements = 0, missing = 0, branches = 0, partialBranches = 0, missingBranches = 0;
  uint32_t outcomes = 0, missingOutcomes = 0; ///< those that have to come
};

struct FileCounts {
  FileNumbers numbers;
  // The rest only with `everything`.
  std::vector<uint64_t> lines; ///< of each of LINES
  std::vector<std::pair<int64_t, uint64_t>> raises;
  std::vector<int32_t> executed, missing;
  std::vector<LineArc> executedArcs, missingArcs;
  std::vector<uint64_t> outcomes; ///< of each of FORMS
  std::vector<uint64_t> calls;    ///< of each of CALLS
  std::vector<int32_t> unknown;   ///< those of UNKNOWN that were not seen to run
  std::vector<LineArc> arcs;      ///< all that were executed, as the code objects have them; ascending
};

/// Joins an analysis with the units that it was made for, in the same order. An
/// analysis that does not fit them is an error, however wrong it may be.
llvm::Expected<FileCounts> countFile(llvm::StringRef analysis, llvm::ArrayRef<const UnitSummary *> units,
                                     bool everything);

} // namespace blockcov
