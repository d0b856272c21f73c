//===- decode.h - bytes to instructions -------------------------*- C++ -*-===//
//
// EXTENDED_ARG is folded into the argument, inline caches are dropped, jumps and
// handlers point at instructions. The result knows nothing of units but where
// each opcode stood.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/code_view.h"
#include "instrument/dialect/dialect.h"
#include "instrument/ir.h"

#include "llvm/Support/Error.h"

namespace blockcov {

/// The result takes over the memory of `room`, whatever that held.
llvm::Expected<Function> decode(const CodeView &code, const Dialect &dialect, Function room = {});

/// Units that an instruction with this argument takes before its inline caches:
/// its EXTENDED_ARG prefixes and itself.
inline uint32_t prefixedUnits(uint32_t arg) {
  if (arg <= 0xff) // nearly all
    return 1;
  return arg > 0xffffff ? 4 : arg > 0xffff ? 3 : 2;
}

} // namespace blockcov
