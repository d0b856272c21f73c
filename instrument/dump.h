//===- dump.h - every stage as text -----------------------------*- C++ -*-===//
#pragma once

#include "instrument/pipeline.h"

#include <string>

namespace blockcov {

/// A listing: a line for each instruction with its label, line, handler.
std::string dumpFunction(const Function &fn, const Dialect &dialect);

/// Blocks with their edges, slots and probes.
std::string dumpBlocks(const Compiled &code, const Dialect &dialect);

/// The original and the rewritten code; what was inserted is marked with `+`, copies
/// on stubs with `=`.
llvm::Expected<std::string> dumpSideBySide(const CodeView &code, const Dialect &dialect, Mode mode = Mode::Counts);

/// The control-flow graph in Graphviz' language; probed edges are bold.
llvm::Expected<std::string> dumpCfg(const CodeView &code, const Dialect &dialect, Mode mode = Mode::Counts);

/// What each counter counts.
llvm::Expected<std::string> dumpMap(const CodeView &code, const Dialect &dialect, Mode mode = Mode::Counts);

} // namespace blockcov
