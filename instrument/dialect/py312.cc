//===- py312.cc - CPython 3.12 -------------------------------------------===//

#include "instrument/dialect/registry.h"

namespace blockcov {

namespace {
constexpr uint16_t kMagic =
#define MAGIC(number) number;
#define OPCODE(number, name, caches, jump)
#include "instrument/dialect/opcodes_py312.inc"
#undef MAGIC
#undef OPCODE

    constexpr OpcodeRow kRows[] = {
#define MAGIC(number)
#define OPCODE(number, name, caches, jump) {number, #name, caches, Jump::jump},
#include "instrument/dialect/opcodes_py312.inc"
#undef MAGIC
#undef OPCODE
};
} // namespace

const Dialect &py312() {
  static const Dialect dialect = [] {
    Dialect d = makeDialect("3.12", 12, kMagic, kRows);
    d.probeForm = ProbeForm::LoadJump;
    d.forEndLength = 1; // an exhausted FOR_ITER skips END_FOR
    return d;
  }();
  return dialect;
}

} // namespace blockcov
