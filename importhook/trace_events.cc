//===- trace_events.cc ----------------------------------------------------===//
#include "importhook/trace_events.h"

#include "importhook/builtin_patch.h"
#include "importhook/code_link.h"

#include "llvm/ADT/DenseMap.h"

#include <atomic>
#include <utility>

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

#if PY_VERSION_HEX < 0x030c0000
/// CPython 3.11 begins a line at whatever goes backward, and so does what was inserted: a
/// jump back from a trampoline or a stub. Of each frame of this thread that is traced, the
/// line that began last.
thread_local llvm::DenseMap<PyFrameObject *, int> begun;

struct Stub {
  PyFrameObject *frame = nullptr; ///< borrowed, and only compared
  uint32_t unit = 0;              ///< of the probe
};

/// The stub that a frame has come to and had no event since.
thread_local Stub onStub;

/// Whether a line event says nothing but that the line goes on; notes it if not.
bool isRepeated(PyFrameObject *frame, uint32_t unit, const OffsetMap &offsets) {
  const int line = PyFrame_GetLineNumber(frame);
  const OffsetMap::Place place = offsets.originalOf(unit);
  bool goesForward = !place.mayRepeat;
  if (onStub.frame == frame)
    goesForward |= offsets.originalOf(std::exchange(onStub, {}).unit).unit <= place.unit;
  auto [found, added] = begun.try_emplace(frame, line);
  return !added && std::exchange(found->second, line) == line && goesForward;
}

/// A frame of `code` goes on in its line, unless nothing of it has been traced yet.
void noteRunning(PyFrameObject *frame, const PyCodeObject *code) {
  if (PyFrame_GetLasti(frame) / int(kUnitBytes) > code->_co_firsttraceable)
    begun.try_emplace(frame, PyFrame_GetLineNumber(frame));
}

/// Whether CPython's trace function is to hear of an event that is not an opcode's.
bool isHeard(PyFrameObject *frame, int what) {
  if (what == PyTrace_RETURN)
    begun.erase(frame);
  if (what != PyTrace_LINE && what != PyTrace_CALL)
    return true;
  PyRef code = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(frame)));
  auto *running = reinterpret_cast<PyCodeObject *>(code.get());
  const int unit = PyFrame_GetLasti(frame) / int(kUnitBytes);
  const OffsetMap *offsets = unit < 0 ? nullptr : offsetsOf(running);
  if (!offsets)
    return PyErr_Clear(), true;
  if (what == PyTrace_LINE)
    return !isRepeated(frame, static_cast<uint32_t>(unit), *offsets);
  begun.erase(frame);
  noteRunning(frame, running); // it was suspended
  return true;
}

/// A trace function that is set in the middle of lines does not hear of these as if they
/// began where their frames go on.
void noteRunningLines() {
  begun.clear();
  PyRef frame = PyRef::borrow(reinterpret_cast<PyObject *>(PyEval_GetFrame()));
  while (frame) {
    auto *running = reinterpret_cast<PyFrameObject *>(frame.get());
    PyRef code = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(running)));
    noteRunning(running, reinterpret_cast<PyCodeObject *>(code.get()));
    frame = PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetBack(running)));
  }
}
#else
bool isHeard(PyFrameObject *, int) { return true; }
void noteRunningLines() {}
#endif

int trace(PyObject *function, PyFrameObject *frame, int what, PyObject *argument) {
  if (what == PyTrace_OPCODE ? !isOriginal(frame) : !isHeard(frame, what))
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
  if (result && function != Py_None)
    noteRunningLines();
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

#if PY_VERSION_HEX < 0x030c0000
namespace {

/// A trace function that did not come from sys.settrace(): debugpy writes its own into the thread's state.
/// Of this thread, while traceBehindStub() is in its place.
thread_local Py_tracefunc foreignTrace = nullptr;

/// In place of a foreign trace function from a stub up to the next event of the original's.
int traceBehindStub(PyObject *function, PyFrameObject *frame, int what, PyObject *argument) {
  if (what == PyTrace_OPCODE && !isOriginal(frame))
    return 0;
  const bool heard = isHeard(frame, what);
  begun.erase(frame);
  onStub = {};
  Py_tracefunc foreign = PyThreadState_Get()->c_tracefunc = std::exchange(foreignTrace, nullptr);
  return heard ? foreign(function, frame, what, argument) : 0;
}

} // namespace

void noteStub() {
  PyThreadState *thread = PyThreadState_Get();
  if (!thread->c_tracefunc)
    return;
  PyFrameObject *frame = PyEval_GetFrame(); // borrowed
  onStub = {frame, static_cast<uint32_t>(PyFrame_GetLasti(frame)) / kUnitBytes};
  if (thread->c_tracefunc == trace || thread->c_tracefunc == traceBehindStub)
    return;
  begun[frame] = PyFrame_GetLineNumber(frame);
  foreignTrace = std::exchange(thread->c_tracefunc, traceBehindStub);
}
#endif

bool prepareTracing() {
  PyRef sys = PyRef::steal(PyImport_ImportModule("sys"));
  if (!sys || !setTraceFunction.installFunction(sys.get()))
    return false;
  return !PyObject_HasAttrString(sys.get(), "_settraceallthreads") || setTraceInAllThreads.installFunction(sys.get());
}

} // namespace blockcov
