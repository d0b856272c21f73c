//===- uncounted_call.h - calls that no recursion limit sees ----*- C++ -*-===//
//
// Up to CPython 3.13 each call of a C function counts towards a limit: one of its own,
// or, in 3.11, that of Python functions. A function that stands in for the interpreter
// gives back what calling it took, so that the program reaches the limit where it did.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"

namespace blockcov {

/// While it lives, the call of the function that makes it does not count.
class UncountedCall {
public:
  UncountedCall() : state_(PyThreadState_Get()) { add(1); }
  ~UncountedCall() { add(-1); }
  UncountedCall(const UncountedCall &) = delete;
  UncountedCall &operator=(const UncountedCall &) = delete;

private:
  void add([[maybe_unused]] int calls) {
#if PY_VERSION_HEX < 0x030c0000
    state_->recursion_remaining += calls;
#elif PY_VERSION_HEX < 0x030e0000
    state_->c_recursion_remaining += calls;
#endif
  }

  PyThreadState *state_;
};

} // namespace blockcov
