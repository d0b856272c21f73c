//===- frames.cc ----------------------------------------------------------===//
#include "importhook/frames.h"

#include "importhook/code_link.h"
#include "runtime/shard.h"

namespace blockcov {

static void recordFrame(PyFrameObject *frame, LossKind kind) {
  int lasti = PyFrame_GetLasti(frame); // in bytes; -1: has not started
  if (lasti < 0)
    return;
  PyRef code = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(frame)));
  CodePlace place = placeOf(reinterpret_cast<PyCodeObject *>(code.get()));
  if (!place.counters)
    return;
  auto unit = static_cast<uint32_t>(lasti) / kUnitBytes;
  place.counters->shard.recordLoss(*place.counters, place.code, unit, kind);
}

void recordFrames(LossKind kind) {
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
}

} // namespace blockcov
