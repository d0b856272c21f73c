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

Flow flowOf(std::string_view name, uint8_t minor) {
  if (name == "RETURN_VALUE" || name == "RETURN_CONST")
    return Flow::Return;
  if (name == "RAISE_VARARGS" || name == "RERAISE")
    return Flow::Raise;
  if (name == "YIELD_VALUE")
    return Flow::Yield;
  // 3.11's tracing makes a frame object at anything but the compiler's own prologue, and RETURN_GENERATOR then
  // moves the frame away from under it (Python/ceval.c, DO_TRACING): nothing may be put in front.
  if (name == "RETURN_GENERATOR")
    return minor == 11 ? Flow::Next : Flow::Generator;
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

/// Instructions that run no code but the interpreter's own and need no memory.
bool cannotRaise(std::string_view name, uint8_t minor) {
  static constexpr std::string_view kNever[] = {"NOP",
                                                "CACHE",
                                                "EXTENDED_ARG",
                                                "LOAD_CONST",
                                                "PUSH_NULL",
                                                "COPY",
                                                "SWAP",
                                                "KW_NAMES",
                                                "STORE_FAST",
                                                "STORE_FAST_STORE_FAST",
                                                "STORE_FAST_LOAD_FAST",
                                                "LOAD_FAST_AND_CLEAR",
                                                "LOAD_CLOSURE",
                                                "POP_TOP",
                                                "POP_EXCEPT",
                                                "PUSH_EXC_INFO",
                                                "END_FOR",
                                                "END_SEND",
                                                "IS_OP",
                                                "RETURN_VALUE",
                                                "RETURN_CONST",
                                                "JUMP_FORWARD",
                                                "JUMP_BACKWARD",
                                                "JUMP_BACKWARD_NO_INTERRUPT",
                                                "LOAD_ASSERTION_ERROR",
                                                "LOAD_COMMON_CONSTANT",
                                                "LOAD_SMALL_INT",
                                                "NOT_TAKEN",
                                                "POP_ITER"};
  for (std::string_view each : kNever)
    if (name == each)
      return true;
  // Since 3.12 the compiler knows where a variable is bound and says LOAD_FAST_CHECK elsewhere.
  if (minor >= 12 && (name == "LOAD_FAST" || name == "LOAD_FAST_LOAD_FAST" || name.starts_with("LOAD_FAST_BORROW")))
    return true;
  return has(name, "IF_NONE") || has(name, "IF_NOT_NONE");
}

/// What the interpreter, or who looks at a frame, takes for neighbours, and what
/// stands before a frame is complete.
bool mustStay(std::string_view name, uint8_t minor) {
  static constexpr std::string_view kStay[] = {
      "CACHE",     "RESUME",         "YIELD_VALUE",   "SEND",          "RETURN_GENERATOR",
      "END_FOR",   "END_SEND",       "END_ASYNC_FOR", "CLEANUP_THROW", "PUSH_EXC_INFO",
      "MAKE_CELL", "COPY_FREE_VARS", "PRECALL",       "NOT_TAKEN",     "POP_ITER"};
  for (std::string_view each : kStay)
    if (name == each)
      return true;
  return minor < 12 && name == "CALL"; // a specialised PRECALL makes the call and skips it
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
    info.operand = row.operand;
    info.flow = flowOf(row.name, minor);
    info.test = testOf(row.name);
    info.mayRaise = !cannotRaise(row.name, minor);
    info.mayMove = !mustStay(row.name, minor);
  }
  pairDirections(dialect);
  dialect.extendedArg = dialect.find("EXTENDED_ARG");
  dialect.nop = dialect.find("NOP");
  dialect.resume = dialect.find("RESUME");
  dialect.loadConst = dialect.find("LOAD_CONST");
  dialect.popTop = dialect.find("POP_TOP");
  dialect.copy = dialect.find("COPY");
  dialect.toBool = dialect.find("TO_BOOL");
  dialect.binaryOp = dialect.find("BINARY_OP");
  dialect.swap = dialect.find("SWAP");
  dialect.popExcept = dialect.find("POP_EXCEPT");
  dialect.reraise = dialect.find("RERAISE");
  dialect.raiseVarargs = dialect.find("RAISE_VARARGS");
  dialect.forIter = dialect.find("FOR_ITER");
  dialect.send = dialect.find("SEND");
  dialect.endSend = dialect.find("END_SEND");
  dialect.yieldValue = dialect.find("YIELD_VALUE");
  dialect.endAsyncFor = dialect.find("END_ASYNC_FOR");
  dialect.cleanupThrow = dialect.find("CLEANUP_THROW");
  dialect.getAnext = dialect.find("GET_ANEXT");
  dialect.precall = dialect.find("PRECALL");
  dialect.call = dialect.find("CALL");
  dialect.loadFast = dialect.find("LOAD_FAST");
  dialect.storeFast = dialect.find("STORE_FAST");
  dialect.unaryNot = dialect.find("UNARY_NOT");
  dialect.endFor = dialect.find("END_FOR");
  dialect.notTaken = dialect.find("NOT_TAKEN");
  dialect.popIter = dialect.find("POP_ITER");
  dialect.containsOp = dialect.find("CONTAINS_OP");
  dialect.loadCommonConstant = dialect.find("LOAD_COMMON_CONSTANT");
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
  case 14:
    return &py314();
  case 15:
    return &py315();
  default:
    return nullptr;
  }
}

const Dialect *findDialectByMagic(uint16_t magic) {
  for (const Dialect *dialect : {&py311(), &py312(), &py313(), &py314(), &py315()})
    if (dialect->magic == magic)
      return dialect;
  return nullptr;
}

} // namespace blockcov
