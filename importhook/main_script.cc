//===- main_script.cc -----------------------------------------------------===//
#include "importhook/main_script.h"

#include "importhook/hook.h"
#include "importhook/uncounted_call.h"

#if PY_VERSION_HEX >= 0x030d0000
extern "C" const PyConfig *_Py_GetConfig(void); // Python/pylifecycle.c: of the running interpreter
#endif

namespace blockcov {

/// `script`: a tuple, the code object and the namespace.
static PyObject *evaluate(PyObject *script, PyObject *const *, Py_ssize_t, PyObject *) {
  PyRef code = PyRef::steal(measuredCode(reinterpret_cast<PyCodeObject *>(PyTuple_GET_ITEM(script, 0))));
  PyObject *names = PyTuple_GET_ITEM(script, 1); // borrowed: the caller holds `script`
  UncountedCall uncounted;
  return PyEval_EvalCode(code.get(), names, names);
}

static PyMethodDef evaluateMethod = {"_run_module_as_main",
                                     reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(evaluate)),
                                     METH_FASTCALL | METH_KEYWORDS, nullptr};

PyObject *mainScript(PyObject *, PyObject *arguments) {
  PyObject *code = nullptr, *names = nullptr;
  if (!PyArg_ParseTuple(arguments, "O!O!", &PyCode_Type, &code, &PyDict_Type, &names))
    return nullptr;
  return PyCFunction_New(&evaluateMethod, arguments);
}

PyObject *setFirstPath(PyObject *, [[maybe_unused]] PyObject *directory) {
#if PY_VERSION_HEX >= 0x030d0000
  wchar_t *path = directory == Py_None ? nullptr : PyUnicode_AsWideCharString(directory, nullptr);
  if (!path && directory != Py_None)
    return nullptr;
  auto *config = const_cast<PyConfig *>(_Py_GetConfig());
  const PyStatus status = PyConfig_SetString(config, &config->sys_path_0, path);
  PyMem_Free(path);
  if (PyStatus_Exception(status))
    return PyErr_NoMemory();
#endif
  Py_RETURN_NONE;
}

} // namespace blockcov
