//===- forks.cc -----------------------------------------------------------===//
#include "importhook/forks.h"

#include "importhook/py_ref.h"

namespace blockcov {

bool forksForExec() {
  if (!PyGILState_GetThisThreadState() || !PyGILState_Check())
    return false;                           // a thread that Python knows nothing of, or one that is detached
  PyFrameObject *frame = PyEval_GetFrame(); // borrowed
  if (!frame)
    return false;
  PyRef globals = PyRef::steal(PyFrame_GetGlobals(frame));
  PyObject *module = PyDict_GetItemString(PyImport_GetModuleDict(), "subprocess"); // borrowed; leaves errors alone
  return module && PyModule_Check(module) && PyModule_GetDict(module) == globals.get();
}

} // namespace blockcov
