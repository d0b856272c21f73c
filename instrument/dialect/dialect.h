//===- dialect.h - what differs between CPython minors ---------*- C++ -*-===//
//
// A dialect is data: the opcode table generated from the interpreter
// (opcodes_py3NN.inc) and the few facts that no table of CPython says
// (py3NN.cc). All dialects are linked into every build.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <array>
#include <cstdint>

namespace blockcov {

enum class Jump : uint8_t {
  None,
  Forward,  ///< oparg units forward from the end of the instruction
  Backward, ///< oparg units backward from the end of the instruction
};

/// What an argument that is no jump's stands for.
enum class Operand : uint8_t {
  Other,
  Constant, ///< an index into co_consts
};

/// What an instruction does to control flow beyond its jump.
enum class Flow : uint8_t {
  Next,      ///< falls through (and jumps if it is a jump: conditional)
  Goto,      ///< only jumps
  Return,    ///< leaves the frame for good
  Raise,     ///< always raises; the unwinder adds no traceback entry for some
  Yield,     ///< suspends; may never be resumed
  Generator, ///< RETURN_GENERATOR: makes the generator; the rest runs when it is resumed
  Recheck,   ///< goes on or re-raises without a traceback entry (END_ASYNC_FOR, CLEANUP_THROW)
};

/// What a conditional jump tests.
enum class Test : uint8_t {
  None,
  IfTrue,    ///< jumps if truthy
  IfFalse,   ///< jumps if falsy
  IfNone,    ///< jumps if it is None
  IfNotNone, ///< jumps if it is not None
  Exhausted, ///< FOR_ITER: jumps when there is no next item
  Finished,  ///< SEND: jumps when the sub-iterator has returned
};

struct OpcodeInfo {
  const char *name = nullptr; ///< null: no such opcode
  uint8_t caches = 0;         ///< inline cache units that follow
  /// Its argument names an instruction. END_ASYNC_FOR (3.14) says so where its loop
  /// got the item, and does not go there.
  bool isJump = false;
  Jump jump = Jump::None;
  Operand operand = Operand::Other;
  Flow flow = Flow::Next;
  Test test = Test::None;
  uint8_t opposite = 0; ///< the same jump in the other direction, 0 if there is none
  /// False only for what cannot: of JUMP_BACKWARD, which looks for signals, that is
  /// nearly true (what a signal handler raises there is recorded all the same).
  bool mayRaise = true;
  /// Whether it does the same when it stands elsewhere, apart from its neighbours.
  bool mayMove = true;
};

/// How an inserted probe looks.
enum class ProbeForm : uint8_t {
  LoadJump,   ///< LOAD_CONST p; POP_JUMP_IF_FALSE +0
  LoadToBool, ///< LOAD_CONST p; TO_BOOL; POP_TOP
};

struct Dialect {
  static constexpr uint32_t kMultiply = 5; ///< NB_MULTIPLY: the argument of BINARY_OP for `*`

  const char *name = nullptr; ///< "3.11"
  uint8_t minor = 0;
  uint16_t magic = 0; ///< the .pyc magic number, without the "\r\n"
  std::array<OpcodeInfo, 256> ops{};
  ProbeForm probeForm = ProbeForm::LoadJump;
  /// How many instructions at the target of an exhausted FOR_ITER belong to the edge,
  /// and how many of these the interpreter may skip, depending on specialisation.
  uint8_t forEndLength = 0, forEndSkipped = 0;
  bool throwMovesFrame = false;  ///< generator.throw() may leave YIELD_VALUE for SEND's target
  bool suspendsAtResume = false; ///< a suspended frame's position is RESUME, not YIELD_VALUE
  /// What a Python callee raises is handled as if the unit in front of the call had
  /// raised it (Python/ceval.c, exception_unwind: INSTR_OFFSET() - 1).
  bool unwindsFromBefore = false;
  bool fusesFastLoads = false; ///< an unbound LOAD_FAST may be reported one instruction early
  bool farLinesStart = false;  ///< a line far from the code's first is an event whatever came before
  bool tagsLasti = false;      ///< the lasti that the unwinder pushes is no object

  // Opcodes that the compiler asks for by name; 0 (CACHE) if the dialect has none.
  uint8_t extendedArg = 0, nop = 0, resume = 0, loadConst = 0, popTop = 0, copy = 0, toBool = 0, binaryOp = 0, swap = 0,
          popExcept = 0, reraise = 0, raiseVarargs = 0, forIter = 0, send = 0, yieldValue = 0, endAsyncFor = 0,
          cleanupThrow = 0, getAnext = 0, precall = 0, call = 0, endFor = 0, popJumpIfFalse = 0, jumpForward = 0,
          jumpBackward = 0, jumpBackwardNoInterrupt = 0, endSend = 0, pushExcInfo = 0, returnGenerator = 0,
          loadFast = 0, storeFast = 0, unaryNot = 0, notTaken = 0, popIter = 0, loadCommonConstant = 0, containsOp = 0;

  /// Whether the interpreter makes one instruction of two such neighbours when it
  /// quickens a code object (3.11, 3.12; in 3.13 its compiler does so).
  bool fuses(uint8_t first, uint8_t second) const {
    if (minor > 12)
      return false;
    if (first == loadFast)
      return second == loadFast || second == loadConst;
    return (first == storeFast && (second == loadFast || second == storeFast)) ||
           (first == loadConst && second == loadFast);
  }

  const OpcodeInfo &info(uint8_t op) const { return ops[op]; }
  uint8_t find(llvm::StringRef opName) const;
};

/// The dialect of CPython 3.`minor`, or null.
const Dialect *findDialect(uint8_t minor);

/// The dialect with this .pyc magic number, or null.
const Dialect *findDialectByMagic(uint16_t magic);

} // namespace blockcov
