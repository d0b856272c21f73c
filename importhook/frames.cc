//===- frames.cc ----------------------------------------------------------===//
#include "importhook/frames.h"

#include "importhook/code_link.h"
#include "importhook/greenlets.h"
#include "importhook/py_code.h"
#include "runtime/shard.h"

#include <vector>

namespace blockcov {

namespace {

using Frames = std::vector<StandingFrame>;

/// `lasti` is in bytes.
void addFrame(Frames &frames, PyCodeObject *code, int lasti) {
  if (CodePlace place = placeOf(code); place.counters)
    frames.push_back({place.counters, place.code, static_cast<uint32_t>(lasti) / kUnitBytes});
}

} // namespace

#ifdef Py_GIL_DISABLED

using Action = llvm::function_ref<void(llvm::ArrayRef<StandingFrame>)>;

/// Called while all other threads are stopped, with the first object that there is.
static int walkStopped(PyObject *, void *argument) {
  Frames frames;
  PyInterpreterState *interpreter = PyThreadState_GetInterpreter(PyThreadState_Get());
  for (PyThreadState *thread = PyInterpreterState_ThreadHead(interpreter); thread; thread = PyThreadState_Next(thread))
    forEachFrame(thread, [&](PyCodeObject *code, int lasti) { addFrame(frames, code, lasti); });
  (*static_cast<Action *>(argument))(frames);
  return 0; // no further object
}

/// The one public function that stops all threads and calls back meanwhile. The
/// callback makes no objects.
void atStandstill(Action action) { PyUnstable_GC_VisitObjects(walkStopped, &action); }

#else

void atStandstill(llvm::function_ref<void(llvm::ArrayRef<StandingFrame>)> action) {
  // Asking for frames makes objects, and a collection could run code that changes
  // what we walk.
  int collecting = PyGC_Disable();
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  Frames frames;
  PyInterpreterState *interpreter = PyThreadState_GetInterpreter(PyThreadState_Get());
  auto addStack = [&](PyRef frame) {
    while (frame) {
      auto *each = reinterpret_cast<PyFrameObject *>(frame.get());
      PyRef code = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(each)));
      if (int lasti = PyFrame_GetLasti(each); lasti >= 0) // -1: has not started
        addFrame(frames, reinterpret_cast<PyCodeObject *>(code.get()), lasti);
      frame = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetBack(each)));
    }
  };
  for (PyThreadState *thread = PyInterpreterState_ThreadHead(interpreter); thread; thread = PyThreadState_Next(thread))
    addStack(PyRef::steal(reinterpret_cast<PyObject *>(PyThreadState_GetFrame(thread))));
  for (PyRef &frame : framesOfGreenlets())
    addStack(std::move(frame));
  action(frames);
  PyErr_Restore(type, value, traceback);
  if (collecting)
    PyGC_Enable();
}

#endif

void recordFrames(llvm::ArrayRef<StandingFrame> frames, LossKind kind) {
  for (const StandingFrame &frame : frames)
    frame.counters->shard.recordLoss(*frame.counters, frame.code, frame.unit, kind);
}

void recordFrames(LossKind kind, void (*then)()) {
  atStandstill([&](llvm::ArrayRef<StandingFrame> frames) {
    recordFrames(frames, kind);
    if (then)
      then();
  });
}

} // namespace blockcov
