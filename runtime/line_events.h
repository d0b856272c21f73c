//===- line_events.h - when a transfer starts a line ------------*- C++ -*-===//
//
// The count of a line is the number of line events that sys.settrace reports, and
// so `trace --count`. Whether a transfer from one instruction to another is one
// follows from the code alone:
//
//   3.11   Python/ceval.c, maybe_call_line_trace: the line differs from that of
//          the instruction before, or control goes backward.
//   3.12+  Python/instrumentation.c, initialize_lines and
//          _Py_call_instrumentation_line: only the first instruction of a run and
//          jump targets start a line; a JUMP_BACKWARD within a line does too.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/flow.h"

#include "llvm/ADT/BitVector.h"

namespace blockcov {

/// The instructions with which the function that evaluates the annotations of a class or module asks of each under an
/// `if` whether that was reached (3.14); they have the span of the annotated statement:
///   LOAD_SMALL_INT 0   LOAD_DEREF __conditional_annotations__   CONTAINS_OP   POP_JUMP_IF_FALSE
/// That is no line of the program: the statement may never have run. Empty if there are none.
llvm::BitVector reachedAnnotations(const Function &fn, const Dialect &dialect);

/// Line events by line. Every line that has an instruction of its own is there,
/// zeros included.
std::map<int32_t, uint64_t> countLines(const Compiled &code, const Dialect &dialect, const FlowCounts &counts);

} // namespace blockcov
