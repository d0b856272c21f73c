//===- py313.cc - CPython 3.13 -------------------------------------------===//

#include "instrument/dialect/registry.h"

#define OPCODE_TABLE "instrument/dialect/opcodes_py313.inc"
#include "instrument/dialect/opcode_rows.inc"

namespace blockcov {

const Dialect &py313() {
  static const Dialect dialect = [] {
    Dialect d = makeDialect("3.13", 13, kMagic, kRows);
    d.probeForm = ProbeForm::LoadToBool;  // POP_JUMP_IF_FALSE takes nothing but a bool
    d.forEndLength = d.forEndSkipped = 2; // an exhausted FOR_ITER skips END_FOR and POP_TOP
    d.suspendsAtResume = true;
    d.unwindsFromBefore = true;
    d.farLinesStart = true; // Python/instrumentation.c, COMPUTED_LINE_LINENO_CHANGE
    return d;
  }();
  return dialect;
}

} // namespace blockcov
