//===- py313.cc - CPython 3.13 -------------------------------------------===//

#include "instrument/dialect/registry.h"

namespace blockcov {

namespace {
constexpr uint16_t kMagic =
#define MAGIC(number) number;
#define OPCODE(number, name, caches, jump)
#include "instrument/dialect/opcodes_py313.inc"
#undef MAGIC
#undef OPCODE

    constexpr OpcodeRow kRows[] = {
#define MAGIC(number)
#define OPCODE(number, name, caches, jump) {number, #name, caches, Jump::jump},
#include "instrument/dialect/opcodes_py313.inc"
#undef MAGIC
#undef OPCODE
};
} // namespace

const Dialect &py313() {
  static const Dialect dialect = [] {
    Dialect d = makeDialect("3.13", 13, kMagic, kRows);
    d.probeForm = ProbeForm::LoadToBool; // POP_JUMP_IF_FALSE takes nothing but a bool
    d.forEndLength = 2;                  // an exhausted FOR_ITER skips END_FOR and POP_TOP
    d.suspendsAtResume = true;
    return d;
  }();
  return dialect;
}

} // namespace blockcov
