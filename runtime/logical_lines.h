//===- logical_lines.h - where statements begin and end ---------*- C++ -*-===//
//
// What of Python's tokens tells which lines belong together: a scan for strings,
// comments, brackets and line ends, some fifty times faster than making the tokens.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace blockcov {

/// A logical line: from its first token to its NEWLINE. Lines count from 1.
struct LogicalLine {
  int32_t first = 0, last = 0;
  int32_t firstTokenEnd = 0;            ///< the line on which its first token ends
  int32_t indent = 0;                   ///< INDENTs before it less DEDENTs
  llvm::SmallVector<int32_t, 1> colons; ///< the line of each `:` outside of brackets
};

/// Scans a source that the compiler accepts: UTF-8, with \n at the end of each line.
/// `nestedStrings`: an f-string may have strings with its own quotes inside, as in
/// Python 3.12 and later. Nothing if the source cannot be understood.
std::optional<std::vector<LogicalLine>> logicalLines(llvm::StringRef source, bool nestedStrings);

} // namespace blockcov
