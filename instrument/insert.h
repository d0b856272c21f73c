//===- insert.h - probes and landing pads into the instruction list -*- C++ -*-//
//
//   probe            LOAD_CONST p; POP_JUMP_IF_FALSE +0      (3.11, 3.12)
//                    LOAD_CONST p; TO_BOOL; POP_TOP          (3.13 and later)
//   handled          COPY 1; PUSH_EXC_INFO; pad 0, as a probe; POP_TOP; POP_EXCEPT; then handler H
//   not handled      COPY 1; PUSH_EXC_INFO; pad 0, as a probe; POP_TOP; POP_EXCEPT; RERAISE 1
//   re-raised        LOAD_CONST pad n; COPY 3; BINARY_OP *; POP_TOP; then handler H
//                    pad n, as a probe; then handler H       (3.14 and later)
//
// None of these raises, whatever the exception is and however deep the recursion
// (comparisons and calls count as recursion), nor if the constants have become
// b"" on the way through marshal or False through pickle.
//
// The last only where H starts a line: whether it does so anew depends on where
// the exception came from, which RERAISE takes over with lasti.
//
//   trampoline (counts)
//                    Before: POP_JUMP_IF_TRUE L   After: POP_JUMP_IF_TRUE S; .. S: probe; JUMP L
//   stub (hits)      see probe_sites.h
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/probe_sites.h"
#include "instrument/probes.h"

namespace blockcov {

/// Where an instruction of the output comes from.
struct Origin {
  static constexpr uint32_t kInserted = ~0u;
  uint32_t instr = kInserted; ///< in the input
  EdgeId edge;                ///< of a trampoline's jump: the edge that it goes on along
  bool copied = false;        ///< on a stub: the instruction itself stands elsewhere
  bool inserted() const { return instr == kInserted; }
};

/// Jumps and handlers of `fn` point at its own instructions; LOAD_CONST of probe
/// p has argument constCount + p, that of landing pad n constCount + probes + n.
struct Inserted {
  Function fn;
  llvm::SmallVector<Origin, 0> origins; ///< of each instruction of `fn`
  /// Of each landing pad the handler that it stands before. Pad 0 is shared by all
  /// that may raise, and has none.
  llvm::SmallVector<InstrId, 2> pads;

  /// Mode::Hits: how a site of planSites() came to stand.
  struct PlacedSite {
    ProbeSite::Kind kind;
    bool wide;
    uint32_t at;   ///< the instruction, or the first of two, that leads to the stub
    uint32_t stub; ///< where its jump goes
    uint32_t probes = 0;
  };
  llvm::SmallVector<PlacedSite, 0> sites;
  llvm::SmallVector<uint32_t, 0> siteOf; ///< of each probe

  /// Where pad 0 stands: its first instruction, and that of the handler behind it
  /// or none.
  struct PlacedPad {
    InstrId pad, handler;
  };
  llvm::SmallVector<PlacedPad, 4> padPlaces;
};

/// The result takes over the memory of `room`, whatever that held.
Inserted insert(const Function &fn, const Cfg &cfg, const ProbePlan &plan, const Dialect &dialect, Inserted room = {});

} // namespace blockcov
