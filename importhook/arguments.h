//===- arguments.h - what callers pass to the functions of the module --*- C++ -*-===//
#pragma once

#include "importhook/py_ref.h"
#include "instrument/mode.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace blockcov {

// All of these set an error where they say no.

/// The object itself if it is a code object, or null.
PyCodeObject *asCode(PyObject *object);

/// The bytes of a path-like object, or those of a sequence.
bool toPath(PyObject *object, std::string &path);
bool toPaths(PyObject *sequence, std::vector<std::string> &paths);

/// Of a context: a str that is not empty, or None.
bool toName(PyObject *object, std::optional<std::string> &name);

/// Nothing for an unknown name.
std::optional<Mode> toMode(llvm::StringRef name, llvm::StringRef placement);

} // namespace blockcov
