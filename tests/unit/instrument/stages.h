//===- stages.h - the compiler's stages on hand-written code ----*- C++ -*-===//
#pragma once

#include "instrument/decode.h"
#include "instrument/pipeline.h"
#include "tests/unit/instrument/code_builder.h"

#include <gtest/gtest.h>

namespace blockcov::test {

/// All stages, or a fatal error.
inline Compiled compileAll(CodeBuilder &code, const Dialect &dialect) { return unwrap(compile(code.view(), dialect)); }

/// The rewritten code as text: a line for each instruction, `+` for inserted ones, jumps as the number of the line that
/// they lead to, and `!` with the handler's line.
///
///     0   RESUME 0
///     1 + LOAD_CONST probe 0
///     2 + POP_JUMP_IF_FALSE -> 3
inline std::string listing(const Compiled &code, const Dialect &dialect) {
  const Function &fn = code.inserted.fn;
  std::string text = "\n";
  for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
    const Instr &instr = fn.instrs[i];
    text += std::to_string(i) + (code.inserted.origins[i].inserted() ? " + " : "   ") + dialect.info(instr.op).name;
    uint32_t probe = instr.arg - code.fn.constCount;
    if (dialect.info(instr.op).isJump)
      text += " -> " + std::to_string(instr.target.value);
    else if (instr.op == dialect.loadConst && instr.arg >= code.fn.constCount)
      text += probe < code.plan.edgeOf.size() ? " probe " + std::to_string(probe)
                                              : " pad " + std::to_string(probe - code.plan.edgeOf.size());
    else if (instr.arg)
      text += ' ' + std::to_string(instr.arg);
    if (instr.handler != kNoHandler) {
      const Handler &handler = fn.handlers[instr.handler];
      text += " ! " + std::to_string(handler.target.value) + " depth " + std::to_string(handler.depth) +
              (handler.lasti ? " lasti" : "");
    }
    text += '\n';
  }
  return text;
}

} // namespace blockcov::test
