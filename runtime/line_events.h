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

namespace blockcov {

/// Line events by line. Every line that has an instruction of its own is there,
/// zeros included.
std::map<int32_t, uint64_t> countLines(const Compiled &code, const Dialect &dialect, const FlowCounts &counts);

} // namespace blockcov
