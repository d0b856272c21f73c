//===- pipeline.cc - the one public entry of the compiler -----------------===//

#include "instrument/pipeline.h"
#include "instrument/decode.h"
#include "instrument/verify.h"

namespace blockcov {

llvm::Expected<Compiled> compile(const CodeView &code, const Dialect &dialect, Mode mode) {
  Compiled result;
  auto fn = decode(code, dialect);
  if (!fn)
    return fn.takeError();
  result.fn = std::move(*fn);
  result.cfg = buildCfg(result.fn, dialect);
  BLOCKCOV_VERIFY_STAGE(verifyCfg(result.fn, result.cfg, dialect));
  auto plan = planProbes(result.fn, result.cfg, dialect);
  if (!plan)
    return plan.takeError();
  result.plan = std::move(*plan);
  BLOCKCOV_VERIFY_STAGE(verifyPlan(result.cfg, result.plan));
  result.inserted = insert(result.fn, result.cfg, result.plan, dialect);
  BLOCKCOV_VERIFY_STAGE(verifyInserted(result.fn, result.inserted, dialect));
  auto assembled = assemble(result.inserted, dialect);
  if (!assembled)
    return assembled.takeError();
  result.assembled = std::move(*assembled);
  result.assembled.bytes.probeCount = uint32_t(result.plan.edgeOf.size());
  BLOCKCOV_VERIFY_STAGE(verifyAssembled(result.inserted, result.assembled, dialect));
  return result;
}

llvm::Expected<Rewritten> rewrite(const CodeView &code, const Dialect &dialect, Mode mode) {
  auto compiled = compile(code, dialect, mode);
  if (!compiled)
    return compiled.takeError();
  return std::move(compiled->assembled.bytes);
}

} // namespace blockcov
