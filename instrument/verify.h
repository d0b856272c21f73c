//===- verify.h - invariants between the stages -----------------*- C++ -*-===//
//
// Each check says what broke and where. They run between the stages when
// BLOCKCOV_VERIFY is defined: in debug and test builds.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/assemble.h"

#include "llvm/Support/Error.h"

namespace blockcov {

/// Blocks cover all instructions once and in order; every edge is listed at both
/// its ends; a block's ways out fit its last instruction; a slot fits its edge.
llvm::Error verifyCfg(const Function &fn, const Cfg &cfg, const Dialect &dialect);

/// Probes and edges refer to each other, no probe is on an edge without a slot,
/// and what carries none is a forest.
llvm::Error verifyPlan(const Cfg &cfg, const ProbePlan &plan);

/// The original instructions are all there, in order and unchanged but for
/// targets and handlers, which point inside of the code.
llvm::Error verifyInserted(const Function &fn, const Inserted &code, const Dialect &dialect);

/// Decoding the bytes gives the instructions back.
llvm::Error verifyAssembled(const Inserted &code, const Assembled &assembled, const Dialect &dialect);

#ifdef BLOCKCOV_VERIFY
#define BLOCKCOV_VERIFY_STAGE(check)                                                                                   \
  if (llvm::Error error = (check))                                                                                     \
  return error
#else
#define BLOCKCOV_VERIFY_STAGE(check) (void)0
#endif

} // namespace blockcov
