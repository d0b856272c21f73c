//===- constant_type.h - what probes and landing pads share -----*- C++ -*-===//
//
// Both are constants of rewritten code. Python only ever sees the original's
// (code_type.h), but C code may marshal, pickle or copy what runs. Where blockcov is not there they must turn into
// something falsy that does nothing: marshal writes an object with a buffer as bytes, here b"", and pickle what
// __reduce__ says, here False.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"
#include "runtime/counters.h"

namespace blockcov {

/// Adds one to a cell of this process, when the interpreter calls.
inline void countOne(uint64_t &cell) {
#ifdef Py_GIL_DISABLED
  addRelaxed(cell, 1);
#else
  addAlone(cell, 1); // the GIL lets in one at a time
#endif
}

/// From now on references to `object`, which only the caller knows and never gives up, are
/// not counted. Does nothing in 3.11, where all are.
void makeImmortal(PyObject *object);

/// A type with all that they share: the empty buffer, __reduce__, __copy__. The
/// caller adds the slot that the interpreter is to call. `name` and `doc` are static.
PyTypeObject makeConstantType(const char *name, const char *doc, Py_ssize_t size);

} // namespace blockcov
