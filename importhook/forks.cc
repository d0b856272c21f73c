//===- forks.cc -----------------------------------------------------------===//
#include "importhook/forks.h"

#include "importhook/py_code.h"
#include "importhook/py_ref.h"

#include <utility>

namespace blockcov {

namespace {

/// What is going to be called, and what is to be called behind it. The child has one
/// thread, and calls it once.
struct Preexec {
  vectorcallfunc *slot = nullptr; ///< in the object that is called
  vectorcallfunc plain = nullptr;
  void (*then)() = nullptr;
};

Preexec preexec;

PyObject *callAndGoOn(PyObject *callable, PyObject *const *arguments, size_t count, PyObject *keywords) {
  *preexec.slot = preexec.plain;
  PyObject *result = preexec.plain(callable, arguments, count, keywords);
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  preexec.then();
  PyErr_Restore(type, value, traceback);
  return result;
}

/// Borrowed; null if this thread is not in a call of subprocess.
PyFrameObject *frameOfSubprocess() {
  PyFrameObject *frame = PyEval_GetFrame(); // borrowed
  if (!frame)
    return nullptr;
  PyRef globals = PyRef::steal(PyFrame_GetGlobals(frame));
  PyObject *module = PyDict_GetItemString(PyImport_GetModuleDict(), "subprocess"); // borrowed; leaves errors alone
  return module && PyModule_Check(module) && PyModule_GetDict(module) == globals.get() ? frame : nullptr;
}

} // namespace

bool forksForExec() {
  // Else a thread that Python knows nothing of, or one that is detached.
  return PyGILState_GetThisThreadState() && PyGILState_Check() && frameOfSubprocess();
}

void callBehindPreexec(void (*then)()) {
  PyFrameObject *frame = frameOfSubprocess();
  if (!frame)
    return;
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyRef locals = PyRef::steal(PyFrame_GetLocals(frame));
  PyRef callable = locals ? PyRef::steal(PyMapping_GetItemString(locals.get(), "preexec_fn")) : PyRef();
  PyErr_Restore(type, value, traceback);
  if (!callable || !PyVectorcall_Function(callable.get()))
    return;
  // The object is the child's own copy, and lives as long as the frame.
  auto *slot = reinterpret_cast<vectorcallfunc *>(reinterpret_cast<char *>(callable.get()) +
                                                  Py_TYPE(callable.get())->tp_vectorcall_offset);
  preexec = {slot, std::exchange(*slot, callAndGoOn), then};
}

} // namespace blockcov
