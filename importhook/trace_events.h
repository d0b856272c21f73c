//===- trace_events.h - trace functions see the original's instructions -*- C++ -*-===//
//
// A trace function that asks for opcode events (f_trace_opcodes) gets none for what was
// inserted, and no line begins anew because of it (3.11). sys.settrace() sets a function of CPython's that calls the
// Python one; ours is called in its place and passes on what the original would have caused.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"

namespace blockcov {

/// Once per process, after prepareCodeLinks(). False with an error set.
bool prepareTracing();

/// The running frame is on a stub (probe_sites.h), from which it jumps back.
#if PY_VERSION_HEX < 0x030c0000
void noteStub();
#else
inline void noteStub() {}
#endif

} // namespace blockcov
