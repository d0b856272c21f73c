//===- interpreter_calls.cc -----------------------------------------------===//
#include "importhook/interpreter_calls.h"

#include "importhook/py_ref.h"

#if PY_VERSION_HEX >= 0x030d0000

#include "importhook/builtin_patch.h"
#include "importhook/code_link.h"

#include <string_view>

namespace blockcov {

namespace {

constexpr const char *kModule = "_interpreters";

/// The function with the original's code, itself if it has no other, or empty with an error set.
PyRef plainFunction(PyObject *function) {
  PyObject *code = PyFunction_GET_CODE(function);
  PyRef original = isRewritten(code) ? originalOf(reinterpret_cast<PyCodeObject *>(code)) : PyRef::borrow(code);
  if (!original || original.get() == code)
    return original ? PyRef::borrow(function) : PyRef();
  auto orNone = [](PyObject *value) { return value ? value : Py_None; };
  PyRef copy = PyRef::steal(PyFunction_NewWithQualName(original.get(), PyFunction_GET_GLOBALS(function),
                                                       reinterpret_cast<PyFunctionObject *>(function)->func_qualname));
  if (!copy || PyFunction_SetDefaults(copy.get(), orNone(PyFunction_GET_DEFAULTS(function))) != 0 ||
      PyFunction_SetKwDefaults(copy.get(), orNone(PyFunction_GET_KW_DEFAULTS(function))) != 0 ||
      PyFunction_SetClosure(copy.get(), orNone(PyFunction_GET_CLOSURE(function))) != 0)
    return PyRef();
  return copy;
}

PyRef plain(PyObject *value) {
  if (PyFunction_Check(value))
    return plainFunction(value);
  return isRewritten(value) ? originalOf(reinterpret_cast<PyCodeObject *>(value)) : PyRef::borrow(value);
}

/// The positional arguments with what is plain of each, or empty with an error set.
PyRef plainArguments(PyObject *const *arguments, Py_ssize_t count) {
  PyRef changed = PyRef::steal(PyTuple_New(count));
  for (Py_ssize_t index = 0; changed && index != count; ++index) {
    PyRef item = plain(arguments[index]);
    if (!item)
      return item;
    PyTuple_SET_ITEM(changed.get(), index, item.release());
  }
  return changed;
}

#if PY_VERSION_HEX >= 0x030f0000
constexpr int kFlags = METH_FASTCALL | METH_KEYWORDS;

/// `keywords` names the last of the arguments, which are behind the `count` positional ones.
template <PatchedFunction &function>
PyObject *send(PyObject *self, PyObject *const *arguments, Py_ssize_t count, PyObject *keywords) {
  PyRef changed = plainArguments(arguments, count + (keywords ? PyTuple_GET_SIZE(keywords) : 0));
  return changed ? function.plain(self, &PyTuple_GET_ITEM(changed.get(), 0), count, keywords) : nullptr;
}
#else
constexpr int kFlags = METH_VARARGS | METH_KEYWORDS;

template <PatchedFunction &function> PyObject *send(PyObject *self, PyObject *arguments, PyObject *keywords) {
  PyRef changed = plainArguments(&PyTuple_GET_ITEM(arguments, 0), PyTuple_GET_SIZE(arguments));
  PyRef named = keywords ? PyRef::steal(PyDict_Copy(keywords)) : PyRef();
  if (!changed || (keywords && !named))
    return nullptr;
  PyObject *name = nullptr, *value = nullptr;
  for (Py_ssize_t position = 0; keywords && PyDict_Next(keywords, &position, &name, &value);) {
    PyRef item = plain(value);
    if (!item || PyDict_SetItem(named.get(), name, item.get()) != 0)
      return nullptr;
  }
  return function.plain(self, changed.get(), named.get());
}
#endif

extern PatchedFunction executes, runs;
PatchedFunction executes("exec", send<executes>, kFlags);
PatchedFunction runs("run_func", send<runs>, kFlags);

/// Where a function is not what we know it stays as it is: what is sent runs, and counts nothing.
void watch(PyObject *module) {
  for (PatchedFunction *each : {&executes, &runs})
    if (!each->installFunction(module))
      PyErr_Clear();
}

/// How importlib fills an extension module that it has created.
template <PatchedFunction &function> PyObject *fill(PyObject *self, PyObject *module) {
  PyRef result = PyRef::steal(function.plain(self, module));
  const char *name = result && PyModule_Check(module) ? PyModule_GetName(module) : nullptr;
  const bool is = name && std::string_view(name) == kModule;
  if (result && !name)
    PyErr_Clear(); // it has none
  if (is && PyInterpreterState_Get() == PyInterpreterState_Main())
    watch(module);
  return result.release();
}

extern PatchedFunction fillsBuiltin, fillsDynamic;
PatchedFunction fillsBuiltin("exec_builtin", fill<fillsBuiltin>, METH_O);
PatchedFunction fillsDynamic("exec_dynamic", fill<fillsDynamic>, METH_O);

} // namespace

bool prepareInterpreterCalls() {
  PyRef loaders = PyRef::steal(PyImport_ImportModule("_imp"));
  if (!loaders || !fillsBuiltin.installFunction(loaders.get()) || !fillsDynamic.installFunction(loaders.get()))
    return false;
  PyRef module = PyRef::steal(PyImport_GetModule(PyRef::steal(PyUnicode_FromString(kModule)).get()));
  if (module)
    watch(module.get());
  return !PyErr_Occurred();
}

} // namespace blockcov

#else

bool blockcov::prepareInterpreterCalls() { return true; } // it takes no functions

#endif
