//===- exits.cc -----------------------------------------------------------===//
#include "importhook/exits.h"

#include "importhook/builtin_patch.h"

namespace blockcov {

namespace {

struct Records {
  void (*atEnd)();
  void (*atTry)();
  void (*afterFailure)();
};

Records records; ///< written once, before the functions below can be called

/// Whether os._exit will not come back, not even with an error.
bool isStatus(PyObject *const *arguments, Py_ssize_t count, PyObject *keywords) {
  if (keywords || count != 1)
    return false;
  int overflow = 1;
  long status = PyLong_CheckExact(arguments[0]) ? PyLong_AsLongAndOverflow(arguments[0], &overflow) : 0;
  return !overflow && status == static_cast<int>(status);
}

PyObject *exitNow(PyObject *module, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords);
PyObject *abortNow(PyObject *module, PyObject *none);
PyObject *execute(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *executeIn(PyObject *module, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords);

PatchedFunction exits("_exit", exitNow, METH_FASTCALL | METH_KEYWORDS);
PatchedFunction aborts("abort", abortNow, METH_NOARGS);
PatchedFunction executes("execv", execute, METH_FASTCALL);
PatchedFunction executesIn("execve", executeIn, METH_FASTCALL | METH_KEYWORDS);

/// What `function` gives, if it comes back.
template <typename... Arguments>
PyObject *attempt(const PatchedFunction &function, void (*record)(), Arguments... arguments) {
  record();
  PyObject *result = function.plain(arguments...);
  records.afterFailure();
  return result;
}

PyObject *exitNow(PyObject *module, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords) {
  return attempt(exits, isStatus(arguments, count, keywords) ? records.atEnd : records.atTry, module, arguments, count,
                 keywords);
}

PyObject *abortNow(PyObject *module, PyObject *none) { return attempt(aborts, records.atEnd, module, none); }

PyObject *execute(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
  return attempt(executes, records.atTry, module, arguments, count);
}

PyObject *executeIn(PyObject *module, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords) {
  return attempt(executesIn, records.atTry, module, arguments, count, keywords);
}

/// Of a function, hash and equality follow from what it calls: sets that have it have to
/// take it anew. False with an error set.
bool takeAnew(PyObject *set) {
  PyRef items = PyRef::steal(PySequence_List(set));
  if (!items || PySet_Clear(set) != 0)
    return false;
  for (Py_ssize_t index = 0; index != PyList_GET_SIZE(items.get()); ++index)
    if (PySet_Add(set, PyList_GET_ITEM(items.get(), index)) != 0)
      return false;
  return true;
}

} // namespace

bool watchExits(void (*atEnd)(), void (*atTry)(), void (*afterFailure)()) {
  records = {atEnd, atTry, afterFailure};
  PyRef posix = PyRef::steal(PyImport_ImportModule("posix"));
  if (!posix)
    return false;
  for (PatchedFunction *each : {&exits, &aborts, &executes, &executesIn})
    if (!each->installFunction(posix.get()))
      return false;
  PyRef os = PyRef::steal(PyImport_ImportModule("os"));
  PyRef supportsFd = os ? PyRef::steal(PyObject_GetAttrString(os.get(), "supports_fd")) : PyRef();
  if (supportsFd && PySet_CheckExact(supportsFd.get()))
    return takeAnew(supportsFd.get());
  PyErr_Clear(); // there is none
  return true;
}

} // namespace blockcov
