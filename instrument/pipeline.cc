//===- pipeline.cc - the one public entry of the compiler -----------------===//

#include "instrument/pipeline.h"
#include "instrument/decode.h"
#include "instrument/verify.h"

namespace blockcov {

/// What follows from a plan.
static llvm::Error place(Compiled &result, llvm::Expected<ProbePlan> plan, const Dialect &dialect) {
  if (!plan)
    return plan.takeError();
  result.plan = std::move(*plan);
  BLOCKCOV_VERIFY_STAGE(verifyPlan(result.cfg, result.plan));
  result.inserted = insert(result.fn, result.cfg, result.plan, dialect, std::move(result.inserted));
  BLOCKCOV_VERIFY_STAGE(verifyInserted(result.fn, result.inserted, dialect));
  auto assembled = assemble(result.inserted, dialect, std::move(result.assembled));
  if (!assembled)
    return assembled.takeError();
  result.assembled = std::move(*assembled);
  result.assembled.bytes.probeCount = result.plan.probeCount();
  BLOCKCOV_VERIFY_STAGE(verifyAssembled(result.inserted, result.assembled, dialect));
  return llvm::Error::success();
}

/// Runs all stages, each into its part of `result`, whose memory is used again.
static llvm::Error compileInto(Compiled &result, const CodeView &code, const Dialect &dialect, Mode mode) {
  auto fn = decode(code, dialect, std::move(result.fn));
  if (!fn)
    return fn.takeError();
  result.fn = std::move(*fn);
  if (llvm::Error error = checkConstants(result.fn, dialect))
    return error;
  result.cfg = buildCfg(result.fn, dialect, mode.placement, std::move(result.cfg));
  BLOCKCOV_VERIFY_STAGE(verifyCfg(result.fn, result.cfg, dialect));
  if (mode.kind == Mode::Hits) {
    llvm::Error error = place(result, planHitProbes(result.fn, result.cfg, dialect, mode.placement), dialect);
    if (!error)
      return error;
    // A stub is out of a jump's reach: counts tell as well what was hit.
    llvm::consumeError(std::move(error));
  }
  return place(result, planProbes(result.fn, result.cfg, dialect, mode.placement), dialect);
}

llvm::Expected<Compiled> compile(const CodeView &code, const Dialect &dialect, Mode mode) {
  Compiled result;
  if (llvm::Error error = compileInto(result, code, dialect, mode))
    return error;
  return result;
}

llvm::Expected<Rewritten> Rewriter::rewrite(const CodeView &code) {
  if (llvm::Error error = compileInto(room, code, dialect, mode))
    return error;
  return std::move(room.assembled.bytes);
}

llvm::Expected<Rewritten> rewrite(const CodeView &code, const Dialect &dialect, Mode mode) {
  return Rewriter(dialect, mode).rewrite(code);
}

} // namespace blockcov
