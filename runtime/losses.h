//===- losses.h - what the loss cells say of the original code --*- C++ -*-===//
#pragma once

#include "instrument/pipeline.h"
#include "runtime/flow.h"

namespace blockcov {

/// The loss cells of one code object. Indices are those of Compiled::fn and ::cfg.
struct Losses {
  std::vector<uint64_t> raised;  ///< of each instruction: exceptions that a landing pad saw it raise
  std::vector<uint64_t> running; ///< of each instruction: frames that stood there in the end
  std::vector<uint64_t> started; ///< of each instruction: frames that stood there in the beginning
  std::vector<uint64_t> handled; ///< of each block: exceptions that a landing pad saw arrive there

  /// Losses behind a trampoline's probe, which had been passed, before its jump had
  /// arrived; they are among those of the jump that leads there, too. With the other
  /// sign, losses where a line begins with a probe, before that was passed.
  struct Underway {
    EdgeId edge;
    int64_t count; ///< the other sign again for LossKind::Started
  };
  std::vector<Underway> underway;
  std::vector<FlowCounts::Rethrow> rethrows;
};

/// Finds the instructions that the cells mean. A cell that names none is an error.
llvm::Expected<Losses> placeLosses(const Compiled &code, const Dialect &dialect, llvm::ArrayRef<Loss> cells);

} // namespace blockcov
