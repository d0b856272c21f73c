//===- frames.cc ----------------------------------------------------------===//
#include "importhook/frames.h"

#include "importhook/code_link.h"
#include "importhook/py_code.h"
#include "runtime/shard.h"

namespace blockcov {

/// `lasti` is in bytes.
static void recordPlace(PyCodeObject *code, int lasti, LossKind kind) {
  CodePlace place = placeOf(code);
  if (!place.counters)
    return;
  auto unit = static_cast<uint32_t>(lasti) / kUnitBytes;
  place.counters->shard.recordLoss(*place.counters, place.code, unit, kind);
}

#ifdef Py_GIL_DISABLED

namespace {

struct Walk {
  LossKind kind;
  void (*then)();
};

/// Called while all other threads are stopped, with the first object that there is.
int walkStopped(PyObject *, void *argument) {
  auto *walk = static_cast<Walk *>(argument);
  PyInterpreterState *interpreter = PyThreadState_GetInterpreter(PyThreadState_Get());
  for (PyThreadState *thread = PyInterpreterState_ThreadHead(interpreter); thread; thread = PyThreadState_Next(thread))
    forEachFrame(thread, [&](PyCodeObject *code, int lasti) { recordPlace(code, lasti, walk->kind); });
  if (walk->then)
    walk->then();
  return 0; // no further object
}

} // namespace

/// The one public function that stops all threads and calls back meanwhile. The
/// callback makes no objects.
void recordFrames(LossKind kind, void (*then)()) {
  Walk walk{kind, then};
  PyUnstable_GC_VisitObjects(walkStopped, &walk);
}

#else

static void recordFrame(PyFrameObject *frame, LossKind kind) {
  int lasti = PyFrame_GetLasti(frame); // -1: has not started
  if (lasti < 0)
    return;
  PyRef code = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(frame)));
  recordPlace(reinterpret_cast<PyCodeObject *>(code.get()), lasti, kind);
}

void recordFrames(LossKind kind, void (*then)()) {
  // Asking for frames makes objects, and a collection could run code that changes
  // what we walk.
  int collecting = PyGC_Disable();
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyInterpreterState *interpreter = PyThreadState_GetInterpreter(PyThreadState_Get());
  for (PyThreadState *thread = PyInterpreterState_ThreadHead(interpreter); thread;
       thread = PyThreadState_Next(thread)) {
    PyRef frame = PyRef::steal(reinterpret_cast<PyObject *>(PyThreadState_GetFrame(thread)));
    while (frame) {
      recordFrame(reinterpret_cast<PyFrameObject *>(frame.get()), kind);
      frame =
          PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetBack(reinterpret_cast<PyFrameObject *>(frame.get()))));
    }
  }
  PyErr_Restore(type, value, traceback);
  if (collecting)
    PyGC_Enable();
  if (then)
    then();
}

#endif

} // namespace blockcov
