//===- hook.h - the replacement of builtins.exec ----------------*- C++ -*-===//
//
// Every loader hands its code object to builtins.exec. The replacement is a C
// function, so that no Python frame comes between the caller and the original:
// globals and locals that exec takes from the calling frame stay what they were.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/session.h"

namespace blockcov {

/// Puts the replacement into builtins and rewrites for `session` from now on.
/// False with an error set.
bool installHook(Session &session);

/// Puts the original back, unless someone else has replaced exec since. False
/// with an error set.
bool removeHook();

/// The code object to run in place of `code`: what it is rewritten to if its file is
/// measured, or itself. New reference, never null, no error set.
PyObject *measuredCode(PyCodeObject *code);

/// For marshal.loads(data): the rewritten code if importlib is loading a module that is
/// measured. New reference, or null without an error: load it as ever.
PyObject *measuredLoad(PyObject *data);

/// After marshal.dumps(code): if importlib writes a .pyc file of it, later processes are
/// to find what they load from that prepared.
void noteMarshalled(PyCodeObject *code, PyObject *bytes);

} // namespace blockcov
