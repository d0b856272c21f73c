//===- code_type.h - rewritten code objects look like their originals -*- C++ -*-===//
//
// What Python asks a rewritten code object (instructions, tables, constants,
// positions, size, hash, equality), the original answers. So dis, inspect, debuggers,
// bytecode libraries and code that is shipped elsewhere never meet a probe, and what
// they make of it (code.replace, CodeType, FunctionType) is made of the original.
//
// code.replace() gives a code object that is measured like the one it came from.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"

namespace blockcov {

/// Once per process, after prepareCodeLinks(). `measure` gives the rewritten code
/// object of one that code.replace() has made of a rewritten one, or itself: a new
/// reference, never null. False with an error set.
bool prepareCodeType(PyObject *(*measure)(PyCodeObject *code));

/// A dict of what runs: the attributes of `code` that show the original otherwise. New
/// reference, or null with an error set.
PyObject *codeInternals(PyCodeObject *code);

} // namespace blockcov
