//===- flow.h - every edge and instruction from the probes ------*- C++ -*-===//
//
// For each block: what came in (its edges, and the exceptions it handles) equals
// what went out (its edges, and the frames that were lost half-way: raised, or
// still running). The edges without a probe are a forest, so that there always is
// a block with one unknown edge left (Knuth 1973; Ball and Larus 1994).
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/pipeline.h"
#include "runtime/resolve.h"

namespace blockcov {

/// Counts of one code object. Indices are those of Compiled::fn and ::cfg.
struct FlowCounts {
  std::vector<uint64_t> edges;
  std::vector<uint64_t> blocks; ///< entries, exceptional ones included
  std::vector<uint64_t> instrs; ///< executions, the ones that raised included
  std::vector<uint64_t> raised; ///< executions that a landing pad recorded as raising
  std::vector<int64_t> lost;    ///< executions after which the next instruction did not run

  /// An exception that RERAISE sent on to a handler which starts a line.
  struct Rethrow {
    uint32_t from; ///< the instruction that lasti named
    uint32_t handler;
    uint64_t count;
  };
  std::vector<Rethrow> rethrows;

  /// How often control went on from an instruction to the next one of its block.
  uint64_t passed(uint32_t instr) const {
    int64_t count = int64_t(instrs[instr] - uint64_t(lost[instr])); // damaged counters may be anything
    return count > 0 ? uint64_t(count) : 0;
  }
};

/// `counters` are those of this code object alone. A loss cell that names no
/// instruction is an error.
llvm::Expected<FlowCounts> solveFlow(const Compiled &code, const Dialect &dialect, llvm::ArrayRef<uint64_t> counters,
                                     llvm::ArrayRef<Loss> losses);

} // namespace blockcov
