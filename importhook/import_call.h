//===- import_call.h - whether importlib loads a module ---------*- C++ -*-===//
#pragma once

#include "importhook/py_ref.h"

#include <optional>

namespace blockcov {

/// Looks up importlib's own functions. Where they are not what CPython 3.11 to 3.15
/// have, importCall() never finds a call. False with an error set.
bool prepareImportCalls();

/// A call that leads from the .pyc file of a source file to exec(), past nobody else:
/// exec_module -> get_code -> _compile_bytecode -> marshal.loads.
struct ImportCall {
  PyRef sourcePath; ///< str: what is unmarshalled is going to have it for its file name
};

/// Of the running function, a built-in one. Nothing without an error if it was called
/// from elsewhere.
std::optional<ImportCall> importCall();

/// Whether the running function was called to write the .pyc file of code that is on its
/// way to exec(): exec_module -> get_code -> _code_to_..._pyc -> marshal.dumps.
bool isPycWritten();

} // namespace blockcov
