//===- py311.cc - CPython 3.11 -------------------------------------------===//

#include "instrument/dialect/registry.h"

#define OPCODE_TABLE "instrument/dialect/opcodes_py311.inc"
#include "instrument/dialect/opcode_rows.inc"

namespace blockcov {

const Dialect &py311() {
  static const Dialect dialect = [] {
    Dialect d = makeDialect("3.11", 11, kMagic, kRows);
    d.probeForm = ProbeForm::LoadJump;
    // generator.throw() of a sub-iterator that returns moves the delegating frame from its
    // YIELD_VALUE to the target of the SEND in front of it (Objects/genobject.c, _gen_throw).
    d.throwMovesFrame = true;
    // Quickening fuses these pairs; an error in the second half is reported at the first
    // (Python/ceval.c, LOAD_CONST__LOAD_FAST and friends).
    d.fusesFastLoads = true;
    return d;
  }();
  return dialect;
}

} // namespace blockcov
