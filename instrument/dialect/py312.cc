//===- py312.cc - CPython 3.12 -------------------------------------------===//

#include "instrument/dialect/registry.h"

#define OPCODE_TABLE "instrument/dialect/opcodes_py312.inc"
#include "instrument/dialect/opcode_rows.inc"

namespace blockcov {

const Dialect &py312() {
  static const Dialect dialect = [] {
    Dialect d = makeDialect("3.12", 12, kMagic, kRows);
    d.probeForm = ProbeForm::LoadJump;
    d.forEndLength = d.forEndSkipped = 1; // an exhausted FOR_ITER skips END_FOR
    return d;
  }();
  return dialect;
}

} // namespace blockcov
