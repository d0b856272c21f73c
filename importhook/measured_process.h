//===- measured_process.h - this process, which is measured -----*- C++ -*-===//
//
// What start() sets up once in a process, and what is to be recorded when frames end
// with it: in front of os._exit and os.exec*, and of signals; in forked children.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/live_control.h"
#include "importhook/session.h"
#include "instrument/dialect/dialect.h"

#include <vector>

namespace blockcov {

/// Guarded by the StateLock, never destroyed.
struct MeasuredProcess {
  const Dialect *dialect = nullptr; ///< null: this interpreter is not supported
  std::vector<Session *> sessions;
  Session *current = nullptr; ///< of the last start()
  bool followsExit = false;
};

extern MeasuredProcess process;
extern LiveControl liveControl; ///< of its sessions

/// Whether the interpreter is supported. False with an error set.
bool requireDialect();

/// Sets up what can be set up only once. False with an error set.
bool followProcess();

/// A warning for each session that has lost counts since the last call.
void warnOfFailures();

/// Records where frames stand that will not go on; `then` as for recordFrames().
void recordRunning(void (*then)() = nullptr);

/// A forked child that has counted nothing leaves nothing.
void removeIdleShards();

} // namespace blockcov
