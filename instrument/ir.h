//===- ir.h - instructions, locations and labels ---------------*- C++ -*-===//
#pragma once

#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace blockcov {

/// Index of an instruction in Function::instrs.
struct InstrId {
  uint32_t value = kNone;
  static constexpr uint32_t kNone = ~0u;
  bool valid() const { return value != kNone; }
  friend bool operator==(InstrId, InstrId) = default;
};

/// Index of a basic block in Cfg::blocks.
struct BlockId {
  uint32_t value = ~0u;
  bool valid() const { return value != ~0u; }
  friend bool operator==(BlockId, BlockId) = default;
};

/// Index of an edge in Cfg::edges.
struct EdgeId {
  uint32_t value = ~0u;
  bool valid() const { return value != ~0u; }
  friend bool operator==(EdgeId, EdgeId) = default;
};

/// Index of a probe in its code object; also of its counter and its constant.
struct ProbeId {
  uint32_t value = ~0u;
  bool valid() const { return value != ~0u; }
  friend bool operator==(ProbeId, ProbeId) = default;
};

/// Lines from 1, columns in UTF-8 bytes from 0, end exclusive; -1 is unknown.
struct Location {
  int32_t line = -1, endLine = -1, column = -1, endColumn = -1;
  friend bool operator==(const Location &, const Location &) = default;
};

/// One entry of the exception table as it applies to an instruction.
struct Handler {
  InstrId target;
  uint32_t depth = 0;
  bool lasti = false;
  friend bool operator==(const Handler &, const Handler &) = default;
};

inline constexpr uint32_t kNoHandler = ~0u;

/// One instruction: EXTENDED_ARG prefixes are folded into `arg`, inline caches
/// are implied by the opcode, a jump's `arg` is replaced by `target`.
struct Instr {
  uint8_t op = 0;
  uint32_t arg = 0;
  InstrId target;                ///< of a jump
  uint32_t unit = 0;             ///< of the opcode itself in the input, in 16-bit units
  uint32_t handler = kNoHandler; ///< index in Function::handlers
  Location loc;
};

/// A decoded code object.
struct Function {
  llvm::SmallVector<Instr, 0> instrs;
  llvm::SmallVector<Handler, 0> handlers; ///< distinct ones
  uint32_t unitCount = 0;                 ///< of the input
  int32_t firstLine = 0;
  uint32_t flags = 0;
  uint32_t stackSize = 0;
  uint32_t constCount = 0;
};

} // namespace blockcov
