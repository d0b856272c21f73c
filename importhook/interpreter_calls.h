//===- interpreter_calls.h - functions that other interpreters run -*- C++ -*-===//
//
// What `_interpreters.exec()` and `run_func()` get is marshalled by C code, and asked
// before whether it returns nothing but None, by its instructions
// (Objects/codeobject.c, code_returns_only_none). Both are to see what the compiler made.
// Nothing is measured in the other interpreter.
//
//===----------------------------------------------------------------------===//
#pragma once

namespace blockcov {

/// Once per process, in the main interpreter: from now on they send the original. False
/// with an error set.
bool prepareInterpreterCalls();

} // namespace blockcov
