//===- py315.cc - CPython 3.15 -------------------------------------------===//

#include "instrument/dialect/registry.h"

#define OPCODE_TABLE "instrument/dialect/opcodes_py315.inc"
#include "instrument/dialect/opcode_rows.inc"

namespace blockcov {

const Dialect &py315() {
  static const Dialect dialect = [] {
    Dialect d = makeDialect("3.15", 15, kMagic, kRows);
    d.probeForm = ProbeForm::LoadToBool;
    // An exhausted FOR_ITER skips END_FOR; POP_ITER looks back at it for sys.monitoring.
    d.forEndLength = 2;
    d.forEndSkipped = 1;
    d.suspendsAtResume = true;
    d.unwindsFromBefore = true;
    d.tagsLasti = true;
    return d;
  }();
  return dialect;
}

} // namespace blockcov
