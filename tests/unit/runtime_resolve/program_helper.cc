//===- program_helper.cc - random functions of a small instruction set ----===//

#include "tests/unit/runtime_resolve/program.h"

namespace blockcov::test {

namespace {

class Program {
public:
  Program(const Dialect &dialect, std::mt19937 &random, uint32_t statements)
      : dialect(dialect), random(random), statements(statements), code(dialect) {}

  CodeBuilder run() {
    code.constants(random() % 4 ? 1 + random() % 5 : 254); // probes' constants may need a prefix
    constexpr uint32_t kGenerator = 0x20;                  // CO_GENERATOR: delegations are counted at their ends
    code.flags((random() % 4 ? 3 : 0) | (random() % 2 ? kGenerator : 0));
    restores = oneIn(2);
    prologue();
    for (uint32_t at = 0; at < statements; ++at) {
      code.label(name(at));
      maybeLine(3);
      statement(at);
    }
    code.label(name(statements)).op("LOAD_CONST").op("RETURN_VALUE");
    handlers();
    return std::move(code);
  }

private:
  static std::string name(uint32_t at) { return "s" + std::to_string(at); }
  bool oneIn(unsigned count) { return random() % count == 0; }
  /// A statement after, or not after, this one.
  std::string later(uint32_t at) { return name(at + 1 + uint32_t(random() % (statements - at))); }
  std::string earlier(uint32_t at) { return name(uint32_t(random() % (at + 1))); }

  /// One in `count` times another line, or none.
  void maybeLine(unsigned count) {
    if (oneIn(count))
      code.line(oneIn(12) ? -1 : int32_t(1 + random() % 40));
  }

  void prologue() {
    if (oneIn(3))
      code.op("MAKE_CELL");
    if (oneIn(3))
      code.op("RETURN_GENERATOR").op("POP_TOP");
    code.op("RESUME");
    if (oneIn(2))
      code.op("NOP");
  }

  void statement(uint32_t at) {
    switch (random() % 16) {
    case 0:
      code.op("LOAD_FAST");
      branch(later(at));
      break;
    case 1:
      code.op("LOAD_GLOBAL");
      branch(dialect.minor == 11 && oneIn(2) ? earlier(at) : later(at));
      break;
    case 2:
      code.op("NOP").jump(oneIn(2) ? "JUMP_FORWARD" : conditional(), later(at));
      break;
    case 3:
      branch(later(at));
      code.jump("JUMP_BACKWARD", earlier(at));
      break;
    case 4:
      forLoop(at);
      break;
    case 5:
      delegation(at);
      break;
    case 6:
      code.op("YIELD_VALUE").op("RESUME", 1).op("POP_TOP");
      break;
    case 7:
      leave();
      break;
    case 8:
      if (dialect.info(dialect.endAsyncFor).isJump)
        code.jump("END_ASYNC_FOR", earlier(at));
      else
        code.op("END_ASYNC_FOR");
      break;
    case 9:
      if (dialect.cleanupThrow)
        code.op("CLEANUP_THROW");
      break;
    case 10:
      if (dialect.precall)
        code.op("PRECALL");
      code.op("CALL");
      break;
    case 11:
      code.op(oneIn(2) ? "STORE_FAST" : "LOAD_CONST").op("LOAD_FAST");
      break;
    case 12:
      for (uint32_t k = oneIn(12) ? 300 : 1; k > 0; --k)
        code.op("NOP");
      break;
    default:
      code.op("LOAD_FAST", 300).op("BINARY_OP");
    }
  }

  const char *conditional() {
    static const char *const names[] = {"POP_JUMP_IF_TRUE", "POP_JUMP_IF_FALSE", "POP_JUMP_IF_NONE",
                                        "POP_JUMP_IF_NOT_NONE"};
    return names[random() % 4];
  }

  void branch(const std::string &target) {
    code.jump(conditional(), target);
    if (dialect.notTaken && !oneIn(4))
      code.op("NOT_TAKEN");
  }

  /// Nothing but FOR_ITER leads to END_FOR.
  void forLoop(uint32_t at) {
    if (!dialect.endFor) {
      code.jump("FOR_ITER", later(at));
      return;
    }
    std::string loop = "for" + std::to_string(at), end = "end" + std::to_string(at);
    code.label(loop).jump("FOR_ITER", end);
    maybeLine(4);
    code.op("STORE_FAST");
    if (oneIn(2))
      branch(later(at));
    code.jump("JUMP_BACKWARD", loop).label(end);
    maybeLine(3);
    code.op("END_FOR");
    if (dialect.forEndLength == 2)
      code.op(dialect.popIter ? "POP_ITER" : "POP_TOP");
  }

  void delegation(uint32_t at) {
    std::string send = "send" + std::to_string(at), done = "done" + std::to_string(at);
    code.label(send).jump("SEND", done).op("YIELD_VALUE").op("RESUME", 3).jump("JUMP_BACKWARD_NO_INTERRUPT", send);
    if (dialect.cleanupThrow)
      code.op("CLEANUP_THROW");
    maybeLine(4);
    code.label(done).op(dialect.minor == 11 ? "POP_TOP" : "END_SEND");
  }

  void leave() {
    switch (random() % 3) {
    case 0:
      code.op("LOAD_CONST").op("RETURN_VALUE");
      break;
    case 1:
      code.op("RAISE_VARARGS", 1);
      break;
    default:
      code.op("RERAISE", restores ? uint32_t(random() % 2) : 0);
    }
  }

  void handlers() {
    for (uint32_t from = uint32_t(random() % 4); from < statements;) {
      uint32_t to = std::min(statements, from + 1 + uint32_t(random() % 8));
      if (oneIn(2) && code.indexOf(name(from)) < code.indexOf(name(to)))
        code.handler(name(from), name(to), name(uint32_t(random() % statements)), uint32_t(random() % 5),
                     restores || oneIn(2));
      from = to + uint32_t(random() % 3);
    }
  }

  const Dialect &dialect;
  std::mt19937 &random;
  uint32_t statements;
  CodeBuilder code;
  /// RERAISE may restore lasti. As from CPython, every handler that may then come into play has it on the stack.
  bool restores = false;
};

} // namespace

CodeBuilder randomProgram(const Dialect &dialect, std::mt19937 &random, uint32_t statements) {
  return Program(dialect, random, statements).run();
}

} // namespace blockcov::test
