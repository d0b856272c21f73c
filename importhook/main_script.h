//===- main_script.h - the script that the interpreter runs -----*- C++ -*-===//
//
// entry.py has the interpreter call a function in place of evaluating the main script.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"

namespace blockcov {

/// main_script(code, namespace): a callable that ignores its arguments and evaluates
/// what is measured of `code` in `namespace`, below no frame and at no depth.
PyObject *mainScript(PyObject *module, PyObject *arguments);

/// set_first_path(directory | None): what subinterpreters have as sys.path[0]. CPython notes
/// what it has itself, which for a script that is imported from is the script. From 3.13 on; before that, it is
/// where nobody else can write.
PyObject *setFirstPath(PyObject *module, PyObject *directory);

} // namespace blockcov
