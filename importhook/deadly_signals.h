//===- deadly_signals.h - signals that end a process ------------*- C++ -*-===//
//
// SIGTERM and others end a process where it stands, unless it handles them: of what its
// frames would have executed behind that, nobody could take back what is counted
// already. So where their default action is in force they are handled: what frames will
// not execute is recorded, and the default action follows. signal.getsignal() and
// signal.signal() answer as they would without that.
//
// As all handlers of Python, ours runs in the main thread, when that is back from C. If
// it is not after a second the process ends all the same, as after SIGKILL. So it does at
// a second signal of somebody else's, and in a forked child that Python code does not run in.
//
// Left alone are signals that say where they are raised (SIGSEGV, SIGABRT ..: there is no
// way on to where Python runs), SIGPIPE (write() would come back, and the program would go on),
// SIGPROF and the realtime ones (libraries look for those that nobody handles).
//
//===----------------------------------------------------------------------===//
#pragma once

namespace blockcov {

/// From now on `atEnd` is called before such a signal ends the process. Once in a
/// process, in the main thread; elsewhere it does nothing. False with an error set.
bool watchDeadlySignals(void (*atEnd)());

/// In a forked child that goes on running Python code.
void watchDeadlySignalsInChild();

} // namespace blockcov
