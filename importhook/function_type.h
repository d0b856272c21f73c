//===- function_type.h - functions made of code objects are measured -*- C++ -*-===//
//
// A function's code need not have come through exec(): it may have been compiled,
// changed or brought from another process and put in a function. FunctionType() and
// the assignment to `__code__` are the doors for that.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"

namespace blockcov {

/// Once per process. `measure` gives the code object to run in place of one: a new
/// reference, never null. False with an error set.
bool prepareFunctionType(PyObject *(*measure)(PyCodeObject *code));

} // namespace blockcov
