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

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"

#include <algorithm>

namespace blockcov {

/// The result takes over the memory of `room`, whatever that held.
llvm::Expected<Function> decode(const CodeView &code, const Dialect &dialect, Function room = {});

/// Whether all constants that are named are there: an index past the end must not come to
/// mean a probe.
llvm::Error checkConstants(const Function &fn, const Dialect &dialect);

/// The RESUME from which on a frame of `fn` can be seen: no tracebacks, traces and
/// landing pads before it. A generator expression of 3.15 has one more, which runs
/// before there is a generator.
inline uint32_t findFirstResume(const Function &fn, const Dialect &dialect) {
  auto index = [&](const Instr *instr) { return uint32_t(instr - fn.instrs.begin()); };
  auto is = [](uint8_t op) { return [op](const Instr &instr) { return instr.op == op; }; };
  const Instr *from = llvm::find_if(fn.instrs, is(dialect.returnGenerator));
  if (from == fn.instrs.end())
    from = fn.instrs.begin();
  return index(std::find_if(from, fn.instrs.end(), is(dialect.resume)));
}

/// Units that an instruction with this argument takes before its inline caches:
/// its EXTENDED_ARG prefixes and itself.
inline uint32_t prefixedUnits(uint32_t arg) {
  if (arg <= 0xff) // nearly all
    return 1;
  return arg > 0xffffff ? 4 : arg > 0xffff ? 3 : 2;
}

} // namespace blockcov
