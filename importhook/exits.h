//===- exits.h - ways out of a process that run no atexit function -*- C++ -*-=//
#pragma once

namespace blockcov {

/// From now on os._exit and os.abort call `atEnd`, os.execv and os.execve (which all
/// other os.exec* use, and which may fail) `atExec`, before they do what they did.
/// Once in a process. False with an error set.
bool watchExits(void (*atEnd)(), void (*atExec)());

} // namespace blockcov
