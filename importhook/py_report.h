//===- py_report.h - what reports ask for, as Python objects ----*- C++ -*-===//
//
// gather() -> (handle, heads of the units, errors); the handle keeps the counts on
// this side, where thousands of files are joined with their analyses in no time.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"
#include "runtime/file_counts.h"
#include "runtime/summary.h"

#include <memory>

namespace blockcov {

// Each gives a new reference, or null with an error set.

PyObject *gatherUnits(DataFiles files);

/// (handle, heads of the units, errors).
PyObject *gatheredTuple(std::unique_ptr<Gathered> gathered);

/// The tuple of `Counted` in _blockcov.pyi.
PyObject *countedTuple(const FileCounts &counts, bool everything);

/// The dict of one unit without its counts. Its map is read again.
PyObject *unitOf(PyObject *handle, Py_ssize_t index);

/// `requests`: a sequence of (analysis, indices of units). A list with a tuple for
/// each, or an error message where the analysis does not fit.
PyObject *countFiles(PyObject *handle, PyObject *requests, bool everything);

/// A list of (first, last, end of the first token, indent, colons), or None.
PyObject *logicalLinesOf(PyObject *text);

} // namespace blockcov
