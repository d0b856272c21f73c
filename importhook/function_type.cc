//===- function_type.cc ---------------------------------------------------===//
#include "importhook/function_type.h"

#include "importhook/builtin_patch.h"

namespace blockcov {

namespace {

PyObject *(*measured)(PyCodeObject *); ///< set once, as the following
newfunc plainFunction = nullptr;

PyRef measuredOf(PyObject *code) { return PyRef::steal(measured(reinterpret_cast<PyCodeObject *>(code))); }

int setCode(PyObject *self, PyObject *value, void *);
PatchedAttribute functionCode("__code__", nullptr, setCode);

int setCode(PyObject *self, PyObject *value, void *) {
  PyRef code = value && PyCode_Check(value) ? measuredOf(value) : PyRef::borrow(value);
  return functionCode.plainSet(self, code.get());
}

/// FunctionType(code, globals, ...).
PyObject *newFunction(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
  const Py_ssize_t count = PyTuple_GET_SIZE(arguments);
  if (count > 0 && PyCode_Check(PyTuple_GET_ITEM(arguments, 0))) {
    PyRef changed = PyRef::steal(PyTuple_New(count));
    if (!changed)
      return nullptr;
    PyTuple_SET_ITEM(changed.get(), 0, measuredOf(PyTuple_GET_ITEM(arguments, 0)).release());
    for (Py_ssize_t index = 1; index != count; ++index)
      PyTuple_SET_ITEM(changed.get(), index, Py_NewRef(PyTuple_GET_ITEM(arguments, index)));
    return plainFunction(type, changed.get(), keywords);
  }
  PyObject *code = keywords ? PyDict_GetItemString(keywords, "code") : nullptr; // borrowed
  if (count > 0 || !code || !PyCode_Check(code))
    return plainFunction(type, arguments, keywords);
  PyRef changed = PyRef::steal(PyDict_Copy(keywords));
  if (!changed || PyDict_SetItemString(changed.get(), "code", measuredOf(code).get()) < 0)
    return nullptr;
  return plainFunction(type, arguments, changed.get());
}

} // namespace

bool prepareFunctionType(PyObject *(*measure)(PyCodeObject *code)) {
  measured = measure;
  if (!functionCode.install(PyFunction_Type))
    return false;
  if (!plainFunction)
    plainFunction = std::exchange(PyFunction_Type.tp_new, newFunction);
  return true;
}

} // namespace blockcov
