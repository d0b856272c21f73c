//===- marshal_functions.h - what is marshalled is the original -*- C++ -*-===//
//
// marshal reads the fields of code objects. dumps() and dump() are given what they
// would be without blockcov: the originals of rewritten code objects, also of those in
// containers. loads() may be given the rewritten code that it would be followed by.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"

namespace blockcov {

/// Who takes part in what marshal does.
struct MarshalObserver {
  /// Gives the result of loads(data): a new reference, or null without an error to read
  /// it as ever.
  PyObject *(*load)(PyObject *data);
  /// dumps(code) gave `bytes`. Sets no error.
  void (*dumped)(PyCodeObject *code, PyObject *bytes);
};

/// Once per process, after prepareCodeLinks(). False with an error set.
bool prepareMarshal(const MarshalObserver &observer);

} // namespace blockcov
