//===- trace_events.h - trace functions see the original's instructions -*- C++ -*-===//
//
// A trace function that asks for opcode events (f_trace_opcodes) gets none for what was
// inserted. sys.settrace() sets a function of CPython's that calls the Python one;
// ours is called in its place and passes on what the original would have caused.
//
//===----------------------------------------------------------------------===//
#pragma once

namespace blockcov {

/// Once per process, after prepareCodeLinks(). False with an error set.
bool prepareTracing();

} // namespace blockcov
