//===- py_error.h - llvm::Error to Python exceptions ------------*- C++ -*-===//
#pragma once

#include "importhook/py_ref.h"

#include "llvm/Support/Error.h"

namespace blockcov {

/// The exception class DataError: borrowed, made on the first call; null with an
/// error set.
PyObject *dataErrorType();

/// Sets OSError for a refusal of the system, DataError for everything else.
void setError(llvm::Error error);

} // namespace blockcov
