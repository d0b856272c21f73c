//===- module_methods.h - the functions of the extension module --*- C++ -*-===//
//
// Those of _blockcov.pyi, by what they are for. Each table ends with an entry of nulls.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"

namespace blockcov {

extern PyMethodDef measuringMethods[]; ///< start, stop
extern PyMethodDef liveMethods[];      ///< contexts, snapshots
extern PyMethodDef codeMethods[];      ///< what a code object is, and is made into
extern PyMethodDef dataMethods[];      ///< reading and changing data directories

/// As the entry of a table has it, which says METH_KEYWORDS.
inline PyCFunction withKeywords(PyObject *(*function)(PyObject *, PyObject *, PyObject *)) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

} // namespace blockcov
