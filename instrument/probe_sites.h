//===- probe_sites.h - which instructions make room for a hits probe --*- C++ -*-===//
//
// Mode::Hits leaves the code as it was, and puts each probe on a *stub* behind
// it. A *site* is what leads there until all probes of the stub have fired; then
// the units that it changed are put back, and nothing is left of it.
//
//   displaced    LOAD_GLOBAL f          JUMP_FORWARD S  ->  S: probe; LOAD_GLOBAL f; JUMP back
//   retargeted   POP_JUMP_IF_FALSE L    POP_JUMP_IF_FALSE S ->  S: probe; JUMP L
//   anchor       (nothing)              JUMP_FORWARD S  ->  S: probe; JUMP back     later: NOP
//
// A stub has a copy of what it displaces and works the same if the site is never
// put back: in a copy of the code object, or while a debugger is at work in it.
//
// One unit is enough for a jump of up to 255 units. A site further away from the
// end of the code takes two, EXTENDED_ARG and JUMP_FORWARD, and displaces two
// instructions if the first is too short. No jump leads to the second: a site
// does not reach beyond its block.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/probes.h"

namespace blockcov {

/// What a site of one block changes, and what passes on its stub.
struct ProbeSite {
  enum class Kind : uint8_t { Displaced, Retargeted, Anchor };

  /// A probe in front of an instruction; of `end` for one behind the last.
  struct Probe {
    uint32_t before;
    ProbeId probe;
  };

  Kind kind = Kind::Displaced;
  bool wide = false;           ///< takes two units
  uint32_t block = 0;          ///< index in Cfg::blocks
  uint32_t first = 0, end = 0; ///< the displaced instructions; a retargeted jump; an anchor stands before `first`
  llvm::SmallVector<Probe, 2> probes; ///< in order
  ProbeId taken;                      ///< on the way of the jump at the end
};

/// The sites of all probes of a plan of Mode::Hits, in the order of the code.
llvm::SmallVector<ProbeSite, 0> planSites(const Function &fn, const Cfg &cfg, const ProbePlan &plan,
                                          const Dialect &dialect);

} // namespace blockcov
