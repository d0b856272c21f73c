//===- trace_events.cc ----------------------------------------------------===//
#include "importhook/trace_events.h"

#include "importhook/builtin_patch.h"
#include "importhook/code_link.h"

#include <atomic>

namespace blockcov {

namespace {

/// CPython's function that calls the Python one, once sys.settrace() has shown it.
/// Relaxed: there is only one, and who calls ours has seen it set.
std::atomic<Py_tracefunc> plainTrace = nullptr;

/// Whether the opcode event of the frame is one of the original's.
bool isOriginal(PyFrameObject *frame) {
  const int lasti = PyFrame_GetLasti(frame);
  PyRef code = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(frame)));
  const OffsetMap *offsets = lasti < 0 ? nullptr : offsetsOf(reinterpret_cast<PyCodeObject *>(code.get()));
  if (!offsets)
    return PyErr_Clear(), true;
  return offsets->originalOf(static_cast<uint32_t>(lasti) / kUnitBytes).isStep();
}

int trace(PyObject *function, PyFrameObject *frame, int what, PyObject *argument) {
  if (what == PyTrace_OPCODE && !isOriginal(frame))
    return 0;
  return plainTrace.load(std::memory_order_relaxed)(function, frame, what, argument);
}

void putInFront(PyThreadState *thread) {
  if (!thread->c_tracefunc || thread->c_tracefunc == trace)
    return;
  plainTrace.store(thread->c_tracefunc, std::memory_order_relaxed);
  thread->c_tracefunc = trace;
}

PyObject *setTrace(PyObject *self, PyObject *function);
PyObject *setTraceEverywhere(PyObject *self, PyObject *function);
PatchedFunction setTraceFunction("settrace", setTrace, METH_O);
PatchedFunction setTraceInAllThreads("_settraceallthreads", setTraceEverywhere, METH_O);

PyObject *setTrace(PyObject *self, PyObject *function) {
  PyRef result = PyRef::steal(setTraceFunction.plain(self, function));
  if (result)
    putInFront(PyThreadState_Get());
  return result.release();
}

PyObject *setTraceEverywhere(PyObject *self, PyObject *function) {
  PyRef result = PyRef::steal(setTraceInAllThreads.plain(self, function));
  if (!result || function == Py_None)
    return result.release();
  PyInterpreterState *interpreter = PyThreadState_GetInterpreter(PyThreadState_Get());
  for (PyThreadState *thread = PyInterpreterState_ThreadHead(interpreter); thread; thread = PyThreadState_Next(thread))
    putInFront(thread);
  return result.release();
}

} // namespace

bool prepareTracing() {
  PyRef sys = PyRef::steal(PyImport_ImportModule("sys"));
  if (!sys || !setTraceFunction.installFunction(sys.get()))
    return false;
  return !PyObject_HasAttrString(sys.get(), "_settraceallthreads") || setTraceInAllThreads.installFunction(sys.get());
}

} // namespace blockcov
