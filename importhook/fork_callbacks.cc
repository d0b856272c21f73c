//===- fork_callbacks.cc --------------------------------------------------===//
#include "importhook/fork_callbacks.h"

#include "importhook/deadly_signals.h"
#include "importhook/forks.h"
#include "importhook/frames.h"
#include "importhook/measured_process.h"
#include "importhook/state_lock.h"
#include "runtime/process.h"

namespace blockcov {

namespace {

/// In a forked child, called by os.fork() before anything but other such
/// callbacks runs. The shards are new already (pthread_atfork).
PyObject *afterForkInChild(PyObject *, PyObject *) {
#ifdef Py_GIL_DISABLED
  releaseStateInChild();
#endif
  const bool leadsToExec = continueInChild();
  recordFrames(LossKind::Started);
  if (leadsToExec)
    recordFrames(LossKind::Running); // none of them will go on
  else
    watchDeadlySignalsInChild();
  {
    StateLock lock;
    for (Session *session : process.sessions)
      liveControl.begin(*session);
  }
  warnOfFailures();
  if (leadsToExec)
    callBehindPreexec(removeIdleShards);
  Py_RETURN_NONE;
}

#ifdef Py_GIL_DISABLED
PyObject *beforeFork(PyObject *, PyObject *) {
  holdStateForFork();
  Py_RETURN_NONE;
}

PyObject *afterForkInParent(PyObject *, PyObject *) {
  releaseStateInParent();
  Py_RETURN_NONE;
}
#endif

struct ForkHook {
  const char *keyword; ///< of os.register_at_fork()
  PyMethodDef method;
};

ForkHook forkHooks[] = {
    {"after_in_child", {"_after_fork_in_child", afterForkInChild, METH_NOARGS, nullptr}},
#ifdef Py_GIL_DISABLED
    {"before", {"_before_fork", beforeFork, METH_NOARGS, nullptr}},
    {"after_in_parent", {"_after_fork_in_parent", afterForkInParent, METH_NOARGS, nullptr}},
#endif
};

} // namespace

bool followForkedFrames() {
  PyRef os = PyRef::steal(PyImport_ImportModule("os"));
  PyRef add = os ? PyRef::steal(PyObject_GetAttrString(os.get(), "register_at_fork")) : PyRef();
  PyRef arguments = add ? PyRef::steal(PyTuple_New(0)) : PyRef();
  PyRef keywords = arguments ? PyRef::steal(PyDict_New()) : PyRef();
  if (!keywords)
    return false;
  for (ForkHook &hook : forkHooks) {
    PyRef callback = PyRef::steal(PyCFunction_New(&hook.method, nullptr));
    if (!callback || PyDict_SetItemString(keywords.get(), hook.keyword, callback.get()) < 0)
      return false;
  }
  return bool(PyRef::steal(PyObject_Call(add.get(), arguments.get(), keywords.get())));
}

} // namespace blockcov
