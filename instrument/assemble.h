//===- assemble.h - instructions to bytes -----------------------*- C++ -*-===//
//
// Jumps get the fewest EXTENDED_ARG that hold their distance: sizes start at
// their minimum and grow until nothing changes. A distance never shrinks while
// sizes grow, so the fixed point is the least one.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/code_view.h"
#include "instrument/insert.h"

namespace blockcov {

struct Assembled {
  Rewritten bytes;
  llvm::SmallVector<uint32_t, 0> unitOf; ///< of each instruction's opcode
};

/// An error if a distance does not fit 32 bits or a jump has the wrong direction.
/// The result takes over the memory of `room`, whatever that held.
llvm::Expected<Assembled> assemble(const Inserted &code, const Dialect &dialect, Assembled room = {});

} // namespace blockcov
