//===- measured_process.cc ------------------------------------------------===//
#include "importhook/measured_process.h"

#include "importhook/code_link.h"
#include "importhook/code_type.h"
#include "importhook/deadly_signals.h"
#include "importhook/exits.h"
#include "importhook/fork_callbacks.h"
#include "importhook/forks.h"
#include "importhook/frame_type.h"
#include "importhook/frames.h"
#include "importhook/function_type.h"
#include "importhook/hook.h"
#include "importhook/import_call.h"
#include "importhook/interpreter_calls.h"
#include "importhook/marshal_functions.h"
#include "importhook/monitoring_events.h"
#include "importhook/state_lock.h"
#include "importhook/trace_events.h"
#include "runtime/process.h"

namespace blockcov {

MeasuredProcess process;
LiveControl liveControl(process.sessions);

bool requireDialect() {
  if (process.dialect)
    return true;
  PyErr_SetString(PyExc_RuntimeError, "this interpreter is not supported");
  return false;
}

void warnOfFailures() {
  std::vector<Session *> sessions;
  {
    StateLock lock;
    sessions = process.sessions;
  }
  for (Session *session : sessions)
    session->warnOfFailure();
}

void removeIdleShards() {
  for (Session *session : process.sessions)
    session->shard().removeIfIdle();
}

void recordRunning(void (*then)()) {
  {
    StateLock lock;
    if (process.sessions.empty())
      return;
    // Where they stood at an earlier call (os.execv failed, say) is old news.
    for (Session *session : process.sessions)
      session->shard().clearLosses(LossKind::Running);
    recordFrames(LossKind::Running, then);
    for (Session *session : process.sessions)
      session->shard().close();
  }
  warnOfFailures();
}

namespace {

/// In front of what may fail: os.execv.
void recordRunningFrames() {
#ifdef Py_GIL_DISABLED
  PyThreadState *first = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
  const bool alone = first && !PyThreadState_Next(first);
  recordRunning(alone ? removeIdleShards : nullptr); // what others count until the new program starts is wanted
#else
  recordRunning(removeIdleShards);
#endif
}

/// Behind what failed.
void goOn() {
  StateLock lock;
  liveControl.goOn();
}

/// In front of what never returns: os._exit.
void recordForEver() {
#ifdef Py_GIL_DISABLED
  // Other threads count on until the process is gone; not in the file.
  recordRunning(sealFollowed);
#else
  recordRunning(removeIdleShards); // they wait for the GIL, which we keep
#endif
}

/// Whoever looks at rewritten code, or at places in it, sees what CPython compiled.
bool lookLikeOriginals() {
  return prepareCodeType(measuredCode) && prepareFunctionType(measuredCode) && prepareFrameType() &&
         prepareImportCalls() && prepareMarshal({measuredLoad, noteMarshalled}) && prepareMonitoring() &&
         prepareTracing() && prepareInterpreterCalls();
}

} // namespace

bool followProcess() {
  if (process.followsExit)
    return true;
  if (!prepareCodeLinks(*process.dialect) || !lookLikeOriginals() || !followForkedFrames() ||
      !watchExits(recordForEver, recordRunningFrames, goOn) || !watchDeadlySignals(recordForEver))
    return false;
  setLeadsToExec(forksForExec);
  // After the interpreter is gone nothing counts. No slot left: shards stay unsealed.
  Py_AtExit(sealFollowed);
  process.followsExit = true;
  return true;
}

} // namespace blockcov
