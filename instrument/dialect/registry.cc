//===- registry.cc - all dialects, and what their opcodes' names say ------===//

#include "instrument/dialect/registry.h"

#include <string>
#include <string_view>

namespace blockcov {

uint8_t Dialect::find(llvm::StringRef opName) const {
  for (unsigned op = 0; op < ops.size(); ++op)
    if (ops[op].name && opName == ops[op].name)
      return static_cast<uint8_t>(op);
  return 0;
}

namespace {

bool has(std::string_view name, std::string_view part) { return name.find(part) != std::string_view::npos; }

Flow flowOf(std::string_view name) {
  if (name == "RETURN_VALUE" || name == "RETURN_CONST")
    return Flow::Return;
  if (name == "RAISE_VARARGS" || name == "RERAISE")
    return Flow::Raise;
  if (name == "YIELD_VALUE")
    return Flow::Yield;
  if (name == "RETURN_GENERATOR")
    return Flow::Generator;
  if (name == "END_ASYNC_FOR" || name == "CLEANUP_THROW")
    return Flow::Recheck;
  if (name == "JUMP_FORWARD" || name.starts_with("JUMP_BACKWARD"))
    return Flow::Goto;
  return Flow::Next;
}

Test testOf(std::string_view name) {
  if (name == "FOR_ITER")
    return Test::Exhausted;
  if (name == "SEND")
    return Test::Finished;
  if (!has(name, "JUMP"))
    return Test::None;
  if (has(name, "IF_NOT_NONE"))
    return Test::IfNotNone;
  if (has(name, "IF_NONE"))
    return Test::IfNone;
  if (has(name, "IF_TRUE"))
    return Test::IfTrue;
  if (has(name, "IF_FALSE"))
    return Test::IfFalse;
  return Test::None;
}

/// POP_JUMP_FORWARD_IF_TRUE <-> POP_JUMP_BACKWARD_IF_TRUE (3.11 only).
void pairDirections(Dialect &dialect) {
  for (OpcodeInfo &info : dialect.ops) {
    if (!info.name || info.test == Test::None)
      continue;
    std::string other(info.name);
    if (size_t at = other.find("_FORWARD_"); at != std::string::npos)
      other.replace(at, 9, "_BACKWARD_");
    else if (size_t at = other.find("_BACKWARD_"); at != std::string::npos)
      other.replace(at, 10, "_FORWARD_");
    else
      continue;
    info.opposite = dialect.find(other);
  }
}

} // namespace

Dialect makeDialect(const char *name, uint8_t minor, uint16_t magic, llvm::ArrayRef<OpcodeRow> rows) {
  Dialect dialect;
  dialect.name = name;
  dialect.minor = minor;
  dialect.magic = magic;
  for (const OpcodeRow &row : rows) {
    OpcodeInfo &info = dialect.ops[row.number];
    info.name = row.name;
    info.caches = row.caches;
    info.jump = row.jump;
    info.isJump = row.jump != Jump::None;
    info.flow = flowOf(row.name);
    info.test = testOf(row.name);
  }
  pairDirections(dialect);
  dialect.extendedArg = dialect.find("EXTENDED_ARG");
  dialect.nop = dialect.find("NOP");
  dialect.resume = dialect.find("RESUME");
  dialect.loadConst = dialect.find("LOAD_CONST");
  dialect.popTop = dialect.find("POP_TOP");
  dialect.copy = dialect.find("COPY");
  dialect.toBool = dialect.find("TO_BOOL");
  dialect.containsOp = dialect.find("CONTAINS_OP");
  dialect.reraise = dialect.find("RERAISE");
  dialect.raiseVarargs = dialect.find("RAISE_VARARGS");
  dialect.forIter = dialect.find("FOR_ITER");
  dialect.send = dialect.find("SEND");
  dialect.yieldValue = dialect.find("YIELD_VALUE");
  dialect.endAsyncFor = dialect.find("END_ASYNC_FOR");
  dialect.cleanupThrow = dialect.find("CLEANUP_THROW");
  dialect.getAnext = dialect.find("GET_ANEXT");
  dialect.precall = dialect.find("PRECALL");
  dialect.call = dialect.find("CALL");
  dialect.loadFast = dialect.find("LOAD_FAST");
  dialect.storeFast = dialect.find("STORE_FAST");
  dialect.endFor = dialect.find("END_FOR");
  dialect.popJumpIfFalse = dialect.find("POP_JUMP_IF_FALSE");
  if (!dialect.popJumpIfFalse)
    dialect.popJumpIfFalse = dialect.find("POP_JUMP_FORWARD_IF_FALSE");
  dialect.jumpForward = dialect.find("JUMP_FORWARD");
  dialect.jumpBackward = dialect.find("JUMP_BACKWARD");
  dialect.jumpBackwardNoInterrupt = dialect.find("JUMP_BACKWARD_NO_INTERRUPT");
  dialect.pushExcInfo = dialect.find("PUSH_EXC_INFO");
  dialect.returnGenerator = dialect.find("RETURN_GENERATOR");
  return dialect;
}

const Dialect *findDialect(uint8_t minor) {
  switch (minor) {
  case 11:
    return &py311();
  case 12:
    return &py312();
  case 13:
    return &py313();
  default:
    return nullptr;
  }
}

const Dialect *findDialectByMagic(uint16_t magic) {
  for (const Dialect *dialect : {&py311(), &py312(), &py313()})
    if (dialect->magic == magic)
      return dialect;
  return nullptr;
}

} // namespace blockcov
