//===- py_contexts.h - counts of contexts, as Python objects ----*- C++ -*-===//
#pragma once

#include "importhook/py_ref.h"
#include "runtime/data_dir.h"

namespace blockcov {

// Each gives a new reference, or null with an error set.

/// (handle, names of the contexts, errors).
PyObject *readContextNames(DataFiles files);

/// As gatherUnits(), of what was counted in the contexts with these indices, and
/// with `outside` of what was counted in none.
PyObject *gatherInContexts(PyObject *handle, PyObject *indices, bool outside);

/// A list of (index, counted): those of a file, whose analysis was made for the
/// units with these maps (texts). The index behind the last context is what was
/// counted in none.
PyObject *countInContexts(PyObject *handle, PyObject *analysis, PyObject *maps);

} // namespace blockcov
