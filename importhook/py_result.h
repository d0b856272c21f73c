//===- py_result.h - resolved counts as Python objects ----------*- C++ -*-===//
#pragma once

#include "importhook/py_ref.h"
#include "runtime/data_dir.h"
#include "runtime/resolve.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <vector>

namespace blockcov {

/// The dict of one unit, as _blockcov.pyi describes it. New reference, or null
/// with an error set.
PyObject *unitDict(const Unit &unit, const Hash128 &map, llvm::ArrayRef<CodeCounts> codes, bool detail);

/// A list of str. Undecodable bytes of file names become surrogates.
PyObject *textList(llvm::ArrayRef<std::string> texts);

/// (units, errors) of the merged shards. New reference, or null with an error set.
PyObject *readUnits(DataFiles files, bool detail);

} // namespace blockcov
