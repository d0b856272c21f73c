//===- exits.h - ways out of a process that run no atexit function -*- C++ -*-=//
#pragma once

namespace blockcov {

/// From now on os._exit and os.abort call `atEnd` before they do what they did, or
/// `atTry` if their arguments are wrong; os.execv and os.execve (which all other
/// os.exec* use, and which may fail) call `atTry`. If the process goes on,
/// `afterFailure` is called then, with an error set. Once in a process. False with an
/// error set.
bool watchExits(void (*atEnd)(), void (*atTry)(), void (*afterFailure)());

} // namespace blockcov
