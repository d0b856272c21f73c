//===- exits.h - ways out of a process that run no atexit function -*- C++ -*-=//
#pragma once

namespace blockcov {

/// From now on os._exit, os.abort, os.execv and os.execve (which all other
/// os.exec* use) call `record` before they do what they did. Once in a process.
/// False with an error set.
bool watchExits(void (*record)());

} // namespace blockcov
